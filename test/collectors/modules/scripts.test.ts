import { beforeEach, describe, expect, test } from 'vitest'
import { fromErrorReply, isRedisError } from '../../../src/redis/redis-error.ts'
import { defaultSettings } from '../../support/default-settings.ts'
import { fakePoll } from '../../support/fake-poll.ts'
import { type ScriptsOfFiles, scriptsOfFiles, server, sha } from '../../support/scripts-of-files.ts'

let files: ScriptsOfFiles['files']
let read: ScriptsOfFiles['read']
let scripts: ScriptsOfFiles['scripts']
let pollOf: ScriptsOfFiles['pollOf']

beforeEach(() => {
  ;({ files, read, scripts, pollOf } = scriptsOfFiles())
})

describe('a script is run', () => {
  const loadA = 'SCRIPT LOAD return a'
  const runA = `EVALSHA ${sha('return a')} 0 0`

  test('by its SHA, for which the server is given it once', async () => {
    const fake = server({ 'return a': [] })
    const polls = [pollOf(fake), pollOf(fake)]
    for (const poll of polls) await scripts.collect(poll)

    expect(polls.map(({ commands }) => commands)).toEqual([[loadA, runA], [runA]])
  })

  test('on a server that was restarted after it is given it again', async () => {
    await scripts.collect(pollOf(server({ 'return a': [] })))
    const poll = pollOf(server({ 'return a': [] }), 'second')
    await scripts.collect(poll)

    expect(poll.commands).toEqual([loadA, runA])
  })

  test('on a server that forgot it after it is given it again', async () => {
    await scripts.collect(pollOf(server({ 'return a': [] })))
    const poll = pollOf(server({ 'return a': ['x', '1'] }))
    const samples = await scripts.collect(poll)

    expect(poll.commands).toEqual([runA, loadA, runA])
    expect(samples).toHaveLength(2)
  })

  test('once, though it was named twice', async () => {
    const poll = pollOf({ ...server({ 'return a': [] }), settings: { script: ['a.lua', 'a.lua'] } })

    expect(await scripts.collect(poll)).toHaveLength(1)
    expect(poll.commands).toEqual([loadA, runA])
  })

  test('by EVAL_RO, so that it cannot write, unless that is switched off', async () => {
    const replies = { 'EVAL_RO return a 0 0': ['x', '1'] }
    const poll = fakePoll({ replies, settings: { script: ['a.lua'] } })

    expect(await scripts.collect(poll)).toHaveLength(2)
    expect(poll.commands).toEqual(['EVAL_RO return a 0 0'])
  })

  const none =
    'a.lua: unknown_command: the server has no EVAL_RO, which Redis has from 7.0 on; --lua-script-read-only=false runs scripts in a way in which they can write'

  test.each([
    ['is known to have no EVAL_RO', { commands: ['eval'] }, 0],
    [
      'turns out to have no EVAL_RO',
      { replies: { 'EVAL_RO return a 0 0': fromErrorReply("ERR unknown command 'EVAL_RO'") } },
      1,
    ],
  ])('not at all where it must not write and the server %s', async (_case, fake, sent) => {
    const poll = fakePoll({ ...fake, settings: { script: ['a.lua'] } })
    const [sample] = await scripts.collect(poll)

    expect(sample).toMatchObject({ value: 0, labels: { filename: 'a.lua' } })
    expect(poll.commands).toHaveLength(sent)
    expect(poll.failedParts).toEqual([none])
  })

  test('in the database that the address names', async () => {
    files.set('a.lua', "return {'ä', '1'}")
    const binary = "return {'\u00c3\u00a4', '1'}"
    const replies = {
      'SELECT 3': 'OK',
      [`EVAL_RO ${binary} 0 0`]: ['\u00c3\u00a4', '1'],
      'SELECT 0': 'OK',
    }
    const poll = fakePoll({ replies, settings: { script: ['a.lua'] }, database: 3 })
    const [, value] = await scripts.collect(poll)

    expect(value).toMatchObject({ value: 1, labels: { key: 'ä' } })
  })
})

describe('a file', () => {
  test('is read once', async () => {
    const fake = server({ 'return a': [] })
    await scripts.collect(pollOf(fake))
    await scripts.collect(pollOf(fake))

    expect(read).toEqual(['a.lua'])
  })

  test('is read and run again when it changes', async () => {
    const fake = server({ 'return a': [], 'return b': ['b', '2'] })
    await scripts.collect(pollOf(fake))
    files.set('a.lua', 'return b')
    const samples = await scripts.collect(pollOf(fake))

    expect(read).toEqual(['a.lua', 'a.lua'])
    expect(samples.map(({ value }) => value)).toEqual([1, 2])
  })

  test('that is gone fails, and works again when it is back', async () => {
    const fake = { ...server({ 'return a': [] }), settings: { script: ['a.lua'] } }
    await scripts.collect(pollOf(fake))
    files.delete('a.lua')
    const poll = pollOf(fake)
    const [gone] = await scripts.collect(poll)
    files.set('a.lua', 'return a')
    const [back] = await scripts.collect(pollOf(fake))

    expect([gone?.value, back?.value]).toEqual([0, 2])
    expect(poll.failedParts).toEqual(['a.lua: other: the file cannot be read (ENOENT)'])
  })
})

test('a mistake of ours is not taken for one of a script', async () => {
  const poll = pollOf({ replies: {} })
  const failure = await scripts.collect(poll).catch((error: unknown) => error)

  expect(isRedisError(failure)).toBe(false)
  expect(poll.failedParts).toEqual([])
})

test.each([
  [undefined, false],
  [[], false],
  [['a.lua'], true],
])('with the files %j it is wanted: %s', (script, wanted) => {
  expect(scripts.isWanted?.({ ...defaultSettings, script })).toBe(wanted)
})
