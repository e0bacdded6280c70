import { execFileSync } from 'node:child_process'
import { mkdir, rename, rm, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openTargetsFile, type TargetsFile } from '../../src/discovery/targets-file.ts'
import { configured } from '../support/configured.ts'
import { eventually } from '../support/eventually.ts'
import { type FakeClock, fakeClock } from '../support/fake-clock.ts'
import { kubernetesVolume } from '../support/kubernetes-volume.ts'
import { type RecordedLog, recordedLog } from '../support/recorded-log.ts'
import { type TemporaryDirectory, temporaryDirectory } from '../support/temporary-directory.ts'

let directory: TemporaryDirectory
let file: string
let clock: FakeClock
let recorded: RecordedLog
const opened: TargetsFile[] = []

beforeEach(async () => {
  directory = await temporaryDirectory()
  file = join(directory.path, 'targets.yaml')
  clock = fakeClock()
  recorded = recordedLog()
})

afterEach(async () => {
  for (const source of opened.splice(0)) source.stop()
  await directory[Symbol.asyncDispose]()
})

/** Opens the file, which is looked at every so many milliseconds: never again unless given. */
async function open(everyMilliseconds = 1_000_000, path = file, maximumBytes = 10_000) {
  const { source, mistakes } = await openTargetsFile({
    path,
    defaults: configured([]).targetDefaults,
    takenLabels: new Set(),
    clock,
    log: recorded.log,
    everyMilliseconds,
    maximumBytes,
  })
  opened.push(source)
  const told: string[] = []
  source.onChange(() => told.push(names(source)))
  return { source, mistakes, told }
}

function names(source: TargetsFile): string {
  return source
    .wanted()
    .map(({ name }) => name)
    .join(' ')
}

const two = 'targets: [{address: one, alias: a}, {address: two, alias: b}]\n'
const three = 'targets: [{address: one, alias: a}, {address: three, alias: c}]\n'
const wrong = 'targets: [{address: one, alias: a, poll.interval: never}]\n'
const mistake = () =>
  `${file}:1: targets[0].poll.interval: "never" is not accepted; give a whole number of seconds from 1s to 1h, such as 15s or 1m30s; a bare number is seconds`

/** Puts another version in the place of the one before, as whoever takes care does. */
async function replace(text: string): Promise<void> {
  await writeFile(`${file}.new`, text)
  await rename(`${file}.new`, file)
}

describe('at the start', () => {
  test('the targets of the file are wanted', async () => {
    await writeFile(file, two)
    const { source, mistakes } = await open()

    expect(source.name).toBe('targets-file')
    expect(names(source)).toBe('a b')
    expect(mistakes).toEqual([])
    expect(source.state()).toEqual({ failure: undefined, lastSuccess: clock.wall() })
  })

  test('what is wrong with the file is told to whoever opens it, and is in no log', async () => {
    await writeFile(file, wrong)
    const { source, mistakes } = await open()

    expect(mistakes).toEqual([mistake()])
    expect(names(source)).toBe('')
    expect(recorded.lines).toEqual([])
  })

  test.each([
    ['is larger than 10000 bytes', async () => writeFile(file, ' '.repeat(10_001))],
    ['is no text in UTF-8', async () => writeFile(file, Buffer.from('alias: \xff', 'latin1'))],
    ['is no regular file', async () => void (await mkdir(file))],
    ['is no regular file', async () => void execFileSync('mkfifo', [file])],
  ])('a file that %s is a mistake', async (what, make) => {
    await make()

    expect((await open()).mistakes).toEqual([`${file} ${what}`])
  })

  test('a file that is not there is waited for, also where its folder is not', async () => {
    const later = join(directory.path, 'later', 'targets.yaml')
    const { source, mistakes } = await open(10, later)
    expect(mistakes).toEqual([])
    expect(source.state()).toEqual({
      failure: `${later} cannot be read (ENOENT)`,
      lastSuccess: undefined,
    })
    expect(recorded.lines).toMatchObject([
      { level: 'warn', msg: 'targets file not accepted; it gives no targets', count: 1 },
    ])

    await mkdir(join(directory.path, 'later'))
    await writeFile(later, two)

    await eventually(() => expect(names(source)).toBe('a b'))
    expect(source.state().failure).toBeUndefined()
  })
})

describe('a change is followed', () => {
  test('where another file takes the place, and what is the same stays the very same', async () => {
    await writeFile(file, two)
    const { source, told } = await open(10)
    const [before] = source.wanted()
    clock.advance(5_000)
    await replace(three)

    await eventually(() => expect(told).toEqual(['a c']))
    expect(source.wanted()[0]).toBe(before)
    expect(source.state().lastSuccess).toBe(clock.wall())
    expect(recorded.lines.at(-1)).toMatchObject({
      level: 'info',
      msg: 'targets file read',
      targets: 2,
      unchanged: 1,
    })
  })

  test('in a volume of Kubernetes', async () => {
    const volume = kubernetesVolume(join(directory.path, 'volume'))
    await volume.publish({ 'targets.yaml': two })
    const { source } = await open(10, volume.path('targets.yaml'))
    expect(names(source)).toBe('a b')
    await volume.publish({ 'targets.yaml': three })

    await eventually(() => expect(names(source)).toBe('a c'))
  })

  test('where the file is written anew with the same size, and the time of before', async () => {
    await writeFile(file, two)
    await utimes(file, 1, 1)
    const { source } = await open(10)
    await writeFile(file, two.replace('alias: b', 'alias: x'))
    await utimes(file, 1, 1)

    await eventually(() => expect(names(source)).toBe('a x'))
  })

  test('not where nothing changes', async () => {
    await writeFile(file, two)
    const { told } = await open(5)
    await new Promise((resolve) => setTimeout(resolve, 200))

    expect(told).toEqual([])
  })

  test('not any more when it was stopped', async () => {
    await writeFile(file, two)
    const { source, told } = await open(5)
    source.stop()
    await replace(three)
    await new Promise((resolve) => setTimeout(resolve, 200))

    expect([names(source), ...told]).toEqual(['a b'])
  })
})

describe('a new version that is wrong', () => {
  test('leaves the last good one in force, and says so once', async () => {
    await writeFile(file, two)
    const { source, told } = await open(10)
    const lastSuccess = clock.wall()
    clock.advance(60_000)
    await replace(wrong)

    await eventually(() => expect(source.state().failure).toBe(mistake()))
    await new Promise((resolve) => setTimeout(resolve, 100))
    expect(told).toEqual(['a b'])
    expect(source.state().lastSuccess).toBe(lastSuccess)
    expect(recorded.lines.filter(({ level }) => level === 'warn')).toMatchObject([
      {
        msg: 'targets file not accepted; what it held before stays in force',
        mistakes: [mistake()],
        count: 1,
      },
    ])
  })

  test('is forgotten when a good one comes', async () => {
    await writeFile(file, two)
    const { source } = await open(10)
    await replace(wrong)
    await eventually(() => expect(source.state().failure).toBeDefined())
    await replace(three)

    await eventually(() => expect(names(source)).toBe('a c'))
    expect(source.state().failure).toBeUndefined()
  })

  test('may be none at all: a file that is gone changes nothing', async () => {
    await writeFile(file, two)
    const { source } = await open(10)
    await rm(file)

    await eventually(() => expect(source.state().failure).toBe(`${file} cannot be read (ENOENT)`))
    expect(names(source)).toBe('a b')
  })

  test('has its first mistake in the state, and twenty in the log', async () => {
    await writeFile(file, two)
    const { source } = await open()
    await replace(`targets: [${Array(30).fill('{adress: x}')}]`)
    await source.reload()

    expect(source.state().failure).toMatch(/ the address is missing; .*; and 59 more$/)
    const [line] = recorded.lines.filter(({ level }) => level === 'warn')
    expect(line).toMatchObject({ count: 60 })
    expect(line?.mistakes).toHaveLength(20)
  })
})

test('what has no effect is told once, and not for targets that were there', async () => {
  await writeFile(file, 'targets: [{address: one, tls-server-name: x}]\n')
  const { source } = await open()
  await replace('targets: [{address: one, tls-server-name: x}, {address: two}]\n')
  await source.reload()

  expect(recorded.lines.filter(({ level }) => level === 'warn')).toMatchObject([
    {
      msg: 'settings in the targets file have no effect',
      remarks: [
        `${file}:1: targets[0].tls-server-name: has no effect: the address asks for no TLS; rediss:// does`,
      ],
    },
  ])
})

describe('asked to, it reads the file at once', () => {
  test('and tells that all is well', async () => {
    await writeFile(file, two)
    const { source } = await open()
    await replace(three)

    expect(await source.reload()).toEqual([])
    expect(names(source)).toBe('a c')
  })

  test('and tells all mistakes', async () => {
    await writeFile(file, two)
    const { source } = await open()
    await replace(wrong)

    expect(await source.reload()).toEqual([mistake()])
  })

  test('and those who ask meanwhile get what stands there by then', async () => {
    await writeFile(file, two)
    const { source, told } = await open()
    await replace(wrong)
    const first = source.reload()
    await replace(three)
    const others = [source.reload(), source.reload(), source.reload()]

    await Promise.all([first, ...others])
    expect(await Promise.all(others)).toEqual([[], [], []])
    expect(names(source)).toBe('a c')
    expect(told.length).toBeLessThanOrEqual(2)
  })
})
