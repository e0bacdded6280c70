import { readFile } from 'node:fs/promises'
import type { Plugin } from 'esbuild'

/*
 * A function that is written where it is assigned to a property is made in the old generation by V8, which
 * takes it for one that lasts. ioredis makes one for each command, from which its whole poll is reached: all
 * of that, replies included, was moved to the old generation, and stayed until that was collected.
 */
const lasting = /this\.reject = (\(err\) => \{.*?\n {12}\});/s

/** Has the commands of ioredis go with the poll that they belong to. */
export const youngCommands: Plugin = {
  name: 'young-commands',
  setup(build) {
    build.onLoad({ filter: /[\\/]ioredis[\\/]built[\\/]Command\.js$/ }, async ({ path }) => {
      const text = await readFile(path, 'utf8')
      if (!lasting.test(text)) throw new Error(`${path} makes commands in another way: look again`)
      return { contents: text.replace(lasting, 'Object.assign(this, { reject: $1 });') }
    })
  },
}
