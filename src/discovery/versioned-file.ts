import { readFile, stat } from 'node:fs/promises'

/** Of a file that changed, of one that is gone and of one that came, each time another text. */
export type FileVersion = string

/** The text of a file with its version, or why it cannot be read. */
export type FileContent =
  | { readonly version: FileVersion; readonly text: string }
  | { readonly version: FileVersion; readonly failure: string; readonly isMissing: boolean }

/**
 * The version of a file, told by what the system knows of it: symbolic links are followed to its end,
 * so that it is another one when any of them leads elsewhere.
 */
export async function versionOf(path: string): Promise<FileVersion> {
  try {
    const { dev, ino, size, mtimeNs, ctimeNs } = await stat(path, { bigint: true })
    return [dev, ino, size, mtimeNs, ctimeNs].join(' ')
  } catch (failure) {
    return codeOf(failure)
  }
}

/**
 * Reads a file of so many bytes at most. One that is no UTF-8 is refused, unless what counts in it is
 * of other characters than those that cannot be read then.
 */
export async function readVersioned(
  path: string,
  maximumBytes: number,
  { fatal = true }: { readonly fatal?: boolean } = {},
): Promise<FileContent> {
  const version = await versionOf(path)
  const failed = (failure: string, isMissing = false) => ({ version, failure, isMissing })
  try {
    const found = await stat(path)
    // Reading a pipe might never end.
    if (!found.isFile()) return failed('is no regular file')
    if (found.size > maximumBytes) return failed(`is larger than ${maximumBytes} bytes`)
    const bytes = await readFile(path)
    return { version, text: new TextDecoder('utf-8', { fatal }).decode(bytes) }
  } catch (failure) {
    const code = codeOf(failure)
    if (code === 'ERR_ENCODING_INVALID_ENCODED_DATA') return failed('is no text in UTF-8')
    return failed(`cannot be read (${code})`, code === 'ENOENT')
  }
}

function codeOf(failure: unknown): string {
  return failure instanceof Error && 'code' in failure ? String(failure.code) : 'unknown failure'
}
