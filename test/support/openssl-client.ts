import { execFile } from 'node:child_process'
import { requireProgram } from './programs.ts'

/** What OpenSSL prints while it connects to a port of 127.0.0.1 and sends these lines. */
export async function openssl(port: number, args: readonly string[], input = ''): Promise<string> {
  return await new Promise((resolve) => {
    const child = execFile(
      requireProgram('openssl'),
      ['s_client', '-connect', `127.0.0.1:${port}`, ...args],
      { timeout: 20_000 },
      (_error, stdout, stderr) => resolve(stdout + stderr),
    )
    child.stdin?.end(input)
  })
}
