import { writeFile } from 'node:fs/promises'
import { request } from 'node:http'
import { join } from 'node:path'
import { hashSync } from 'bcryptjs'
import { expect, test } from 'vitest'
import { eventually } from '../support/eventually.ts'
import { upResult } from '../support/poll-results.ts'
import { protectedPort } from '../support/protected-port.ts'
import { serveExporter } from '../support/served-exporter.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

/** The code for a login that comes from one of the addresses of this machine. */
function codeOf(port: number, login: string, localAddress: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const asked = request({ port, host: '127.0.0.1', path: '/metrics', auth: login, localAddress })
    asked.on('response', (response) => {
      response.resume()
      resolve(response.statusCode)
    })
    asked.on('error', reject)
    asked.end()
  })
}

test.each([
  [4, 16],
  [12, 4],
])(
  'a flood from %i addresses with %i connections each does not keep a right login out that is not known yet',
  async (addresses, connections) => {
    await using folder = await temporaryDirectory()
    const file = join(folder.path, 'web.yml')
    await writeFile(file, `basic_auth_users: {alice: "${hashSync('right', 6)}"}\n`)
    using protection = await protectedPort([`--web.config.file=${file}`])
    await using exporter = await serveExporter({ protection })
    await exporter.poll(upResult())
    let isOver = false
    const codes = new Set<number | undefined>()
    const wrongOf = new Set<string>()
    const flood = Array.from({ length: addresses * connections }, async (_, index) => {
      const address = `127.0.0.${10 + (index % addresses)}`
      for (let number = 0; !isOver; number += 1) {
        const code = await codeOf(exporter.port, `alice:${index} ${number}`, address)
        codes.add(code)
        if (code === 401) wrongOf.add(address)
      }
    })
    await eventually(() => expect(wrongOf.size).toBe(addresses), { within: 60_000 })

    expect(await codeOf(exporter.port, 'alice:right', '127.0.0.1')).toBe(200)
    isOver = true
    await Promise.all(flood)
    expect([...codes].sort()).toEqual([401, 429])
  },
  90_000,
)
