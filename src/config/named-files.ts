import type { Option } from '../options/option.ts'
import { options } from './options.ts'
import { shownPath, shownText } from './shown-text.ts'
import type { SettingMistake } from './target-settings.ts'
import { type NamedFile, type ReadFile, type TlsFiles, tlsFaults } from './tls-files.ts'

/** What is wrong with a setting that names files. */
export interface NamedFileMistake extends SettingMistake {
  /** Those that it is about. */
  readonly files: readonly string[]
}

/** The settings that name the files of TLS towards a server. */
export interface TlsFileSettings {
  readonly tlsCaFile?: string | undefined
  readonly tlsClientCertificateFile?: string | undefined
  readonly tlsClientKeyFile?: string | undefined
}

const tlsOptions = {
  ca: options.tlsCaFile,
  certificate: options.tlsClientCertificateFile,
  key: options.tlsClientKeyFile,
} as const

/** The files of TLS that settings name, each called as its option is. */
export function tlsFilesOf(
  settings: TlsFileSettings,
  titleOf: (option: Option) => string,
): TlsFiles {
  const { tlsCaFile, tlsClientCertificateFile, tlsClientKeyFile } = settings
  const file = (option: Option, path: string | undefined) => ({ title: titleOf(option), path })
  return {
    ca: file(tlsOptions.ca, tlsCaFile),
    certificate: file(tlsOptions.certificate, tlsClientCertificateFile),
    key: file(tlsOptions.key, tlsClientKeyFile),
  }
}

/** What is wrong with the files of TLS that settings name. */
export function tlsMistakes(files: TlsFiles, readFile: ReadFile): readonly NamedFileMistake[] {
  return tlsFaults(files, readFile).map(({ of, what, about }) => ({
    option: tlsOptions[of],
    what,
    files: about.flatMap(pathsOf),
  }))
}

/** The files of TLS by their paths. */
export function tlsPaths({ ca, certificate, key }: TlsFiles): readonly string[] {
  return [ca, certificate, key].flatMap(pathsOf)
}

/** The files that the value of an option names and that must be there. */
export function filesNamedBy(option: Option, value: unknown): readonly string[] {
  return value === undefined ? [] : (option.kind.files?.(value) ?? [])
}

/** What is wrong with the files that the value of an option names. */
export function unreadFiles(
  option: Option,
  value: unknown,
  readFile: ReadFile,
): readonly NamedFileMistake[] {
  return filesNamedBy(option, value)
    .filter((path) => !canRead(path, readFile))
    .map((path) => {
      const shown = option.secret ? shownPath(path) : shownText(path)
      const what = `${shown} cannot be read; give files that can be`
      return { option, what, files: [path] }
    })
}

function canRead(path: string, readFile: ReadFile): boolean {
  try {
    readFile(path)
    return true
  } catch {
    return false
  }
}

function pathsOf({ path }: NamedFile): readonly string[] {
  return path ? [path] : []
}
