import { readFile, stat } from 'node:fs/promises'

/** The files of scripts. */
export interface ScriptFiles {
  /** Tells whether a file is another one than before. */
  stamp(path: string): Promise<string>
  read(path: string): Promise<string>
}

export const scriptFiles: ScriptFiles = {
  async stamp(path) {
    const { dev, ino, size, mtimeMs } = await stat(path)
    return [dev, ino, size, mtimeMs].join(' ')
  },
  async read(path) {
    // A script that is no UTF-8 would reach the server as another one.
    const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
    return decoder.decode(await readFile(path))
  },
}
