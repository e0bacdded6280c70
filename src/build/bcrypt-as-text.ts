import { readFile } from 'node:fs/promises'
import { type Plugin, transform } from 'esbuild'

export const bcryptFile = 'node_modules/bcryptjs/umd/index.js'

/** Puts the library for bcrypt into the bundle as a text: it runs in a thread, and for few. */
export const bcryptAsText: Plugin = {
  name: 'bcrypt-as-text',
  setup(build) {
    build.onLoad({ filter: /[\\/]protection[\\/]bcrypt-source\.ts$/ }, async () => {
      const { code } = await transform(await readFile(bcryptFile, 'utf8'), {
        minify: true,
        legalComments: 'none',
      })
      return { contents: `export const bcryptSource = ${JSON.stringify(code)}` }
    })
  },
}
