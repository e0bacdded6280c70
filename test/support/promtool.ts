import { spawn } from 'node:child_process'
import { requireProgram } from './programs.ts'

/** What `promtool check metrics` complains about in a body; empty when it is content. */
export async function promtoolCheckMetrics(body: string | Uint8Array): Promise<string> {
  const promtool = requireProgram(process.env.PROMTOOL ?? 'promtool')
  return await new Promise((resolve, reject) => {
    const child = spawn(promtool, ['check', 'metrics'])
    let output = ''
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (chunk: string) => {
        output += chunk
      })
    }
    child.on('error', reject)
    child.on('close', (code) => {
      // An exit code without a word is a complaint too.
      resolve(code === 0 || output !== '' ? output.trim() : `promtool ended with ${code}`)
    })
    child.stdin.on('error', () => {})
    child.stdin.end(body)
  })
}
