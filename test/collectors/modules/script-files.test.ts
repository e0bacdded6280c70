import { rename, unlink, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { scriptFiles } from '../../../src/collectors/modules/script-files.ts'
import { type TemporaryDirectory, temporaryDirectory } from '../../support/temporary-directory.ts'

let directory: TemporaryDirectory
let path: string

beforeAll(async () => {
  directory = await temporaryDirectory()
  path = join(directory.path, 'a.lua')
})
afterAll(() => directory[Symbol.asyncDispose]())
beforeEach(() => write(path, 'return {}'))

/** Writes a file that says it was written in 1970. */
async function write(file: string, source: string): Promise<void> {
  await writeFile(file, source)
  await utimes(file, 1, 1)
}

describe('the version of a file', () => {
  test('stays the same while nothing changes', async () => {
    expect(await scriptFiles.stamp(path)).toBe(await scriptFiles.stamp(path))
  })

  test.each<[string, () => Promise<void>]>([
    ['longer, of the same time', () => write(path, 'return { }')],
    ['written at another time', () => utimes(path, 2, 2)],
    [
      'another one of the same length and time',
      async () => {
        const other = join(directory.path, 'b.lua')
        await write(other, 'return []')
        await rename(other, path)
      },
    ],
  ])('changes when it is %s', async (_, change) => {
    const before = await scriptFiles.stamp(path)
    await change()

    expect(await scriptFiles.stamp(path)).not.toBe(before)
  })

  test('that is gone is an error with its code', async () => {
    await unlink(path)

    await expect(scriptFiles.stamp(path)).rejects.toMatchObject({ code: 'ENOENT' })
  })
})

test('a file is read as it is', async () => {
  await writeFile(path, '\ufeffreturn "ä\\n"\r\n')

  expect(await scriptFiles.read(path)).toBe('\ufeffreturn "ä\\n"\r\n')
})

test('a file that is no UTF-8 is not read', async () => {
  await writeFile(path, Buffer.from('return "\xff"', 'latin1'))

  await expect(scriptFiles.read(path)).rejects.toThrow()
})
