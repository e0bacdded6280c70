import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { createRdbFile, rdbFile } from '../../../src/collectors/server/rdb-file.ts'
import { collected, fakePoll } from '../../support/fake-poll.ts'
import { temporaryDirectory } from '../../support/temporary-directory.ts'
import { unindented } from '../../support/unindented.ts'

const server = (dir: string, dbfilename: string) => ({
  replies: { 'CONFIG GET dir dbfilename': ['dir', dir, 'dbfilename', dbfilename] },
})

const sized = (bytes: number) => unindented`
  # TYPE redis_rdb_current_size_bytes gauge
  redis_rdb_current_size_bytes ${bytes}
`

describe('the size of the RDB file is', () => {
  test('that of the file that the server writes', async () => {
    await using directory = await temporaryDirectory()
    await writeFile(join(directory.path, 'dump.rdb'), 'REDIS0010')

    expect(await collected(rdbFile, server(directory.path, 'dump.rdb'))).toBe(sized(9))
  })

  test('0 when there is no file', async () => {
    await using directory = await temporaryDirectory()

    expect(await collected(rdbFile, server(directory.path, 'dump.rdb'))).toBe(sized(0))
  })

  test.each([
    ['', 'dump.rdb'],
    ['/data', ''],
  ])('not told when CONFIG says "%s" and "%s"', async (dir, name) => {
    expect(await collected(rdbFile, server(dir, name))).toBe('')
  })

  test('not told when CONFIG tells neither', async () => {
    expect(await collected(rdbFile, { replies: { 'CONFIG GET dir dbfilename': [] } })).toBe('')
  })
})

describe('it is a failure', () => {
  test.each(['../../etc/passwd', '/etc/passwd', 'sub/dump.rdb', '.', '..', 'dump.rdb/'])(
    'that dbfilename is "%s", and no file is looked at',
    async (name) => {
      const looked: string[] = []
      const collector = createRdbFile(async (path) => {
        looked.push(path)
        return { size: 1, isFile: () => true }
      })

      await expect(collector.collect(fakePoll(server('/data', name)))).rejects.toMatchObject({
        reason: 'other',
        message: 'dbfilename is a path, not the name of a file',
      })
      expect(looked).toEqual([])
    },
  )

  test('that it is no regular file', async () => {
    await using directory = await temporaryDirectory()
    await mkdir(join(directory.path, 'dump.rdb'))

    await expect(
      rdbFile.collect(fakePoll(server(directory.path, 'dump.rdb'))),
    ).rejects.toMatchObject({ reason: 'other', message: 'the RDB file is no regular file' })
  })

  test('that we may not look at it, told by its code and without the path', async () => {
    const collector = createRdbFile(() =>
      Promise.reject(
        Object.assign(new Error("EACCES: permission denied, stat '/data/x'"), { code: 'EACCES' }),
      ),
    )

    await expect(collector.collect(fakePoll(server('/data', 'x')))).rejects.toMatchObject({
      reason: 'other',
      message: 'the RDB file cannot be looked at (EACCES)',
    })
  })

  test('that its name is none', async () => {
    await expect(rdbFile.collect(fakePoll(server('/data', 'a\0b')))).rejects.toMatchObject({
      reason: 'other',
    })
  })
})
