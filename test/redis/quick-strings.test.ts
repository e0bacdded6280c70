import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import { buildSync } from 'esbuild'
import { expect, it } from 'vitest'

// In a thread of its own: who was quickened once stays quick, whatever is declared.
const program = `
import { setFlagsFromString } from 'node:v8'
import { runInThisContext } from 'node:vm'
import { parentPort } from 'node:worker_threads'
import { quickenStrings } from './quick-strings.ts'

function isQuick() {
  setFlagsFromString('--allow-natives-syntax')
  return runInThisContext('%HasFastProperties(String.prototype)')
}

class Text extends String {}
const before = isQuick()
quickenStrings()
parentPort.postMessage({ before, after: isQuick(), length: new Text('as ever').length })
`

it('a class that extends String makes all texts slow, and that is undone', async () => {
  const { outputFiles } = buildSync({
    stdin: {
      contents: program,
      resolveDir: fileURLToPath(new URL('../../src/redis', import.meta.url)),
    },
    bundle: true,
    write: false,
    format: 'cjs',
    platform: 'node',
  })
  const worker = new Worker(outputFiles[0]?.text ?? '', { eval: true })

  expect(await once(worker, 'message')).toEqual([{ before: false, after: true, length: 7 }])

  await worker.terminate()
})
