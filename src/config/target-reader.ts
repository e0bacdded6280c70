import type { Option } from '../options/option.ts'
import type { Address } from '../targets/address.ts'
import type { Login } from '../targets/wanted-target.ts'
import type { AllOptions } from './all-options.ts'
import type { AllGiven } from './given.ts'
import { createLogin, loginMistakeOf, type PasswordReaders } from './login-settings.ts'
import {
  filesNamedBy,
  type NamedFileMistake,
  tlsFilesOf,
  tlsMistakes,
  tlsPaths,
  unreadFiles,
} from './named-files.ts'
import { nearestName } from './nearest-name.ts'
import { notAccepted } from './not-accepted.ts'
import {
  type GivenValues,
  type SettingMistake,
  type SettingsOfTarget,
  settleTarget,
} from './target-settings.ts'
import type { ReadFile, TlsFiles } from './tls-files.ts'
import { withoutEffect } from './warnings.ts'

/** What holds for a target that says nothing of its own: what flags and variables give. */
export interface TargetDefaults {
  readonly table: AllOptions
  readonly values: GivenValues
  readonly passwords: PasswordReaders
  /** What flags and variables hold. */
  readonly given: (option: Option) => AllGiven
}

/** Settings of a target as texts, by the keys of their options. */
export type TargetTexts = ReadonlyMap<string, string>

export interface SettledTarget {
  readonly settings: SettingsOfTarget
  readonly login: Login
  readonly mistakes: readonly SettingMistake[]
}

/** Reads settings that are given for single targets by the names of flags, as flags are read. */
export interface TargetReader {
  /** The option that a name stands for, with its key, or what is wrong with the name. */
  find(name: string): { readonly key: string; readonly option: Option } | string
  /** What is wrong with a text for an option; undefined where nothing is. */
  mistakeOf(key: string, text: string): string | undefined
  /** Why a setting that was given for a target changes nothing there, to follow its name. */
  withoutEffect(key: string, texts: TargetTexts, address: Address): readonly string[]
  /** What holds for a target of which these texts were given, all of them without a mistake. */
  settle(texts: TargetTexts, address: Address): SettledTarget
  /**
   * The files that these texts name and that must be there. Those of passwords are read when somebody
   * logs in, and waited for; those that flags name were looked at when we started.
   */
  filesOf(texts: TargetTexts): readonly string[]
  /** What is wrong with them; those of TLS are read once. */
  fileMistakes(texts: TargetTexts, readFile: ReadFile): readonly NamedFileMistake[]
}

/** The settings that have a shorter name where it is plain what they are about. */
const shortNames: ReadonlyMap<string, string> = new Map([
  ['user', 'redis.user'],
  ['password-file', 'redis.password-file'],
  ['password-command', 'redis.password-command'],
])

const passwordInFile =
  'a password is not given here, since this file is no secret; give password-file or password-command'

export function createTargetReader(defaults: TargetDefaults): TargetReader {
  const { table, values, passwords } = defaults
  const options = Object.values(table)
  const byFlag = new Map(
    Object.entries(table).flatMap(([key, option]) =>
      option.flags.map((name) => [name, { key, option }] as const),
    ),
  )
  const ofTarget = [...byFlag].filter(([, { key, option }]) => isForTarget(key, option))
  const names = [...shortNames.keys(), 'address', ...ofTarget.map(([name]) => name)]
  // What was read once is one and the same for all.
  const read = new Map<string, unknown>()

  function readOnce(key: string, text: string): unknown {
    const known = `${key}\n${text}`
    if (!read.has(known)) read.set(known, table[key]?.kind.read(text))
    return read.get(known)
  }

  // Many targets have the same settings, or none of their own.
  const settled = new Map<string, ReturnType<typeof settleTexts>>()

  function settledBy(texts: TargetTexts) {
    const known = JSON.stringify([...texts])
    const found = settled.get(known) ?? settleTexts(texts)
    settled.set(known, found)
    return found
  }

  function settleTexts(texts: TargetTexts) {
    const own = [...texts].map(([key, text]) => [key, readOnce(key, text)] as const)
    const given: GivenValues = { ...values, ...otherLogin(texts), ...Object.fromEntries(own) }
    return { given, settled: settleTarget(table, given), loginMistake: loginMistakeOf(given) }
  }

  // An authority stands by itself; a certificate and its key belong together, whoever names them.
  function tlsOf(texts: TargetTexts): TlsFiles {
    const { given } = settledBy(texts)
    const hasPair = texts.has('tlsClientCertificateFile') || texts.has('tlsClientKeyFile')
    const { tlsCaFile, tlsClientCertificateFile, tlsClientKeyFile } = given
    const files = {
      ...(texts.has('tlsCaFile') ? { tlsCaFile } : {}),
      ...(hasPair ? { tlsClientCertificateFile, tlsClientKeyFile } : {}),
    }
    return tlsFilesOf(files, ({ flags: [name] }) => name)
  }

  // A bundle of authorities takes milliseconds, and many targets name the same one.
  const checked = new Map<string, readonly NamedFileMistake[]>()

  function tlsMistakesOf(texts: TargetTexts, readFile: ReadFile): readonly NamedFileMistake[] {
    const files = tlsOf(texts)
    const known = JSON.stringify(files)
    const mistakes = checked.get(known) ?? tlsMistakes(files, readFile)
    checked.set(known, mistakes)
    return mistakes
  }

  function valuesOf(texts: TargetTexts) {
    return [...texts].flatMap(([key, text]) => {
      const option = table[key]
      return option ? [{ option, value: readOnce(key, text) }] : []
    })
  }

  return {
    find(name) {
      if (name === 'password') return passwordInFile
      const found = byFlag.get(shortNames.get(name) ?? name)
      if (found?.key === 'password') return passwordInFile
      if (found && isForTarget(found.key, found.option)) return found
      if (found && found.option.scope === 'process')
        return `is a setting of the whole exporter; give it as --${name}`
      const meant = nearestName(name, names)
      return `there is no such setting; ${meant ? `did you mean ${meant}?` : 'see --help'}`
    },
    mistakeOf(key, text) {
      const option = table[key]
      const value = readOnce(key, text)
      return option && value === undefined ? notAccepted(option, text) : undefined
    },
    withoutEffect(key, texts, address) {
      const ofTarget = new Map([...texts].map(([one, text]) => [table[one], { text, by: '' }]))
      const given = (option: Option): AllGiven => {
        const own = ofTarget.get(option)
        return own ? { flags: [own], variables: [], first: own } : defaults.given(option)
      }
      const option = table[key]
      const accepted = { options, given, addresses: [{ address }], hasTargetsFile: false }
      return option ? withoutEffect(option, accepted) : []
    },
    settle(texts, address) {
      const { given, settled, loginMistake } = settledBy(texts)
      return {
        settings: settled.settings,
        login: createLogin({ ...given, address }, passwords),
        mistakes: loginMistake ? [...settled.mistakes, loginMistake] : settled.mistakes,
      }
    },
    filesOf: (texts) => [
      ...tlsPaths(tlsOf(texts)),
      ...valuesOf(texts).flatMap(({ option, value }) => filesNamedBy(option, value)),
    ],
    fileMistakes: (texts, readFile) => [
      ...tlsMistakesOf(texts, readFile),
      ...valuesOf(texts).flatMap(({ option, value }) => unreadFiles(option, value, readFile)),
    ],
  }
}

function isForTarget(key: string, { scope }: Option): boolean {
  return scope === 'target' && key !== 'address' && key !== 'password'
}

/** Whoever says where the password of a target stands does not mean one that all have. */
export function otherLogin(
  texts: Pick<TargetTexts, 'has'>,
): Partial<Record<'password' | 'passwordFile' | 'passwordCommand', undefined>> {
  if (!texts.has('passwordFile') && !texts.has('passwordCommand')) return {}
  return { password: undefined, passwordFile: undefined, passwordCommand: undefined }
}
