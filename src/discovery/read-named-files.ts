import type { ReadFile } from '../config/tls-files.ts'
import { type FileContent, type FileVersion, readVersioned } from './versioned-file.ts'

/** The files that a targets file names, as they were read. */
export interface NamedFiles {
  /** Gives the text of one that was read; throws as reading a file does. */
  readonly read: ReadFile
  /** Which version of it was read. */
  versionOf(path: string): FileVersion
}

/** Reads files, each of them once. */
export type ReadNamedFiles = (paths: Iterable<string>) => Promise<NamedFiles>

const mostBytes = 1024 * 1024
const atOnce = 16

/** Reads files one by one or a few at a time, so that nobody waits for a disk that is slow. */
export async function readNamedFiles(paths: Iterable<string>): Promise<NamedFiles> {
  const contents = new Map<string, FileContent>()
  const left = new Set(paths).values()
  async function readLeft(): Promise<void> {
    // What stands between certificates may be in any character set.
    for (const path of left)
      contents.set(path, await readVersioned(path, mostBytes, { fatal: false }))
  }
  await Promise.all(Array.from({ length: atOnce }, readLeft))
  return {
    read(path) {
      const content = contents.get(path)
      if (content && 'text' in content) return content.text
      const failure = content?.failure.replace(/^cannot be read \((.*)\)$/, '$1')
      throw Object.assign(new Error('the file could not be read'), { code: failure ?? 'ENOENT' })
    },
    versionOf: (path) => contents.get(path)?.version ?? '',
  }
}
