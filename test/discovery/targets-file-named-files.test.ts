import { execFileSync } from 'node:child_process'
import { readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { readNamedFiles } from '../../src/discovery/read-named-files.ts'
import { openTargetsFile, type TargetsFile } from '../../src/discovery/targets-file.ts'
import { configured } from '../support/configured.ts'
import { eventually } from '../support/eventually.ts'
import { fakeClock } from '../support/fake-clock.ts'
import { recordedLog } from '../support/recorded-log.ts'
import { type TemporaryDirectory, temporaryDirectory } from '../support/temporary-directory.ts'
import { type TlsCertificates, tlsCertificates } from '../support/tls-certificates.ts'

const giveCertificates = 'give a file with certificates in PEM'

let certificates: TlsCertificates
let directory: TemporaryDirectory
let file: string
const opened: TargetsFile[] = []

beforeAll(async () => {
  certificates = await tlsCertificates()
})

afterAll(async () => await certificates?.[Symbol.asyncDispose]())

beforeEach(async () => {
  directory = await temporaryDirectory()
  file = join(directory.path, 'targets.json')
})

afterEach(async () => {
  for (const source of opened.splice(0)) source.stop()
  await directory[Symbol.asyncDispose]()
})

type Target = Readonly<Record<string, unknown>>

async function write(targets: readonly Target[], defaults: Target = {}): Promise<void> {
  await writeFile(`${file}.new`, JSON.stringify({ defaults, targets }))
  await rename(`${file}.new`, file)
}

/** Opens the file, which is looked at every so many milliseconds: never again unless given. */
async function open(flags: readonly string[] = [], everyMilliseconds = 1_000_000) {
  const { source, mistakes } = await openTargetsFile({
    path: file,
    defaults: configured(flags).targetDefaults,
    takenLabels: new Set(),
    clock: fakeClock(),
    log: recordedLog().log,
    everyMilliseconds,
  })
  opened.push(source)
  return { source, mistakes }
}

const names = (source: TargetsFile) => source.wanted().map(({ name }) => name)
const at = (path: string) => join(directory.path, path)

describe('files that a target names', () => {
  test('and that can be used are no mistake', async () => {
    await writeFile(at('script.lua'), 'return {}')
    const { ca, client } = certificates
    const tls = {
      'tls-ca-cert-file': ca,
      'tls-client-cert-file': client.cert,
      'tls-client-key-file': client.key,
    }
    await write([{ address: 'rediss://one', ...tls, script: at('script.lua') }])

    expect((await open()).mistakes).toEqual([])
  })

  test('may tell in any character set what certificates they hold', async () => {
    const { ca } = certificates
    await writeFile(
      at('ca'),
      Buffer.concat([Buffer.from('# Autorit\xe9\n', 'latin1'), await readFile(ca)]),
    )
    await write([{ address: 'rediss://one', 'tls-ca-cert-file': at('ca') }])

    expect((await open()).mistakes).toEqual([])
  })

  test('are told all at once where they cannot be used, as with flags', async () => {
    const { client, server } = certificates
    await writeFile(at('text'), 'hunter2')
    execFileSync('mkfifo', [at('pipe')])
    await write([
      { address: 'one', 'tls-ca-cert-file': at('none') },
      { address: 'two', 'tls-ca-cert-file': at('text') },
      { address: 'three', 'tls-client-cert-file': client.cert },
      {
        address: 'four',
        'tls-client-cert-file': client.cert,
        'tls-client-key-file': server.key,
      },
      { address: 'five', script: `${at('none.lua')},${at('pipe')}` },
      { address: 'six', 'tls-ca-cert-file': at('pipe') },
    ])

    expect((await open()).mistakes).toEqual([
      `${file}:1: targets[0].tls-ca-cert-file: "${at('none')}" cannot be read (ENOENT); ${giveCertificates}`,
      `${file}:1: targets[1].tls-ca-cert-file: "${at('text')}" is not accepted; ${giveCertificates}`,
      `${file}:1: targets[2].tls-client-key-file: the value is missing; tls-client-cert-file does not do without`,
      `${file}:1: targets[3].tls-client-key-file: it is not the key of tls-client-cert-file; give one that fits`,
      `${file}:1: targets[4].script: "${at('none.lua')}" cannot be read; give files that can be`,
      `${file}:1: targets[4].script: "${at('pipe')}" cannot be read; give files that can be`,
      `${file}:1: targets[5].tls-ca-cert-file: "${at('pipe')}" cannot be read (is no regular file); ${giveCertificates}`,
    ])
  })

  test('are told once, and read once, where the defaults name them', async () => {
    await write([{ address: 'one' }, { address: 'two' }], { 'tls-ca-cert-file': at('none') })

    expect((await open()).mistakes).toEqual([
      `${file}:1: defaults.tls-ca-cert-file: "${at('none')}" cannot be read (ENOENT); ${giveCertificates}`,
    ])
  })

  test('belong together with those that flags name', async () => {
    const { client, server } = certificates
    await write([{ address: 'one', 'tls-client-key-file': server.key }, { address: 'two' }])
    const flags = [
      `--tls-client-cert-file=${client.cert}`,
      `--tls-client-key-file=${client.key}`,
      `--tls-ca-cert-file=${at('none')}`,
    ]

    expect((await open(flags)).mistakes).toEqual([
      `${file}:1: targets[0].tls-client-key-file: it is not the key of tls-client-cert-file; give one that fits`,
    ])
  })

  test('are waited for where they hold passwords', async () => {
    await write([{ address: 'one', 'password-file': at('none') }])
    const { source, mistakes } = await open()

    expect(mistakes).toEqual([])
    expect(names(source)).toEqual(['redis://one:6379'])
  })
})

describe('a new version whose files cannot be used', () => {
  const naming = () => [
    { address: 'one' },
    { address: 'two', 'tls-ca-cert-file': at('ca.pem') },
    { address: 'three', script: at('script.lua') },
  ]

  test('leaves the last good one in force, until they can', async () => {
    await write([{ address: 'one' }])
    const { source } = await open([], 10)
    const [before] = source.wanted()
    await write(naming())
    await eventually(() => expect(source.state().failure).toContain('; and 1 more'))
    expect(source.wanted()).toEqual([before])

    await writeFile(at('ca.pem'), 'hunter2')
    await writeFile(at('script.lua'), 'return {}')
    await eventually(() => expect(source.state().failure).toMatch(/ca\.pem" is not accepted[^;]*;/))
    expect(source.wanted()).toEqual([before])

    await rm(at('ca.pem'))
    await rename(certificates.ca, at('ca.pem'))
    await eventually(() => expect(source.state().failure).toBeUndefined())
    expect(names(source)).toHaveLength(3)
    expect(source.wanted()[0]).toBe(before)
    await rename(at('ca.pem'), certificates.ca)
  })

  test('does not concern targets that stand there as before', async () => {
    await writeFile(at('script.lua'), 'return {}')
    const [, , third] = naming()
    await write(third ? [third] : [])
    const { source } = await open()
    const [before] = source.wanted()
    await rm(at('script.lua'))
    await write([...(third ? [third] : []), { address: 'four' }])

    expect(await source.reload()).toEqual([])
    expect(source.wanted()[0]).toBe(before)
    expect(source.wanted()).toHaveLength(2)
  })
})

test('no file is read twice, whoever names it', async () => {
  await writeFile(at('a'), 'first')
  const files = await readNamedFiles([at('a'), at('none'), at('a')])
  await writeFile(at('a'), 'second')

  expect(files.read(at('a'))).toBe('first')
  expect(() => files.read(at('none'))).toThrow(expect.objectContaining({ code: 'ENOENT' }))
})
