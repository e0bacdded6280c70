import { expect } from 'vitest'
import { createTargetReader } from '../../src/config/target-reader.ts'
import type { FileTargets } from '../../src/discovery/file-target.ts'
import type { ReadNamedFiles } from '../../src/discovery/read-named-files.ts'
import { readTargetsFile, type TargetsRead } from '../../src/discovery/read-targets-file.ts'
import type { FileMistake } from '../../src/discovery/target-entry.ts'
import { configured } from './configured.ts'

const takenLabels = new Set(['db', 'target'])

/** Reads the text of a targets file beside flags; `before` is what it gave when it was read last. */
export async function readTargets(
  text: string,
  flags: readonly string[] = [],
  before?: FileTargets,
): Promise<TargetsRead> {
  const reader = createTargetReader(configured(flags).targetDefaults)
  return readTargetsFile(text, { reader, takenLabels }, before, filesOf(''))
}

/** Every file that is named is there, and holds this text. */
export function filesOf(text: string): ReadNamedFiles {
  return async () => ({ read: () => text, versionOf: () => '' })
}

/** The targets of a file without a mistake. */
export async function targetsOf(text: string, flags: readonly string[] = []) {
  const { targets, mistakes } = await readTargets(text, flags)
  expect(mistakes).toEqual([])
  return [...targets.values()]
}

/** The settings of the only target of a file. */
export async function settingsOf(
  lines: string,
  flags: readonly string[] = [],
): Promise<Readonly<Record<string, unknown>>> {
  const [target] = await targetsOf(`targets: [{address: one, ${lines}}]`, flags)
  return target?.settings ?? {}
}

/** What is wrong with a file, as `line path: what`. */
export async function mistakesIn(text: string, flags: readonly string[] = []) {
  const { mistakes } = await readTargets(text, flags)
  return mistakes.map(inOneLine)
}

/** What is remarked on a file without a mistake, in the same form. */
export async function remarksOn(text: string, flags: readonly string[] = []) {
  const { mistakes, remarks } = await readTargets(text, flags)
  expect(mistakes).toEqual([])
  return remarks.map(inOneLine)
}

function inOneLine({ line, path, what }: FileMistake): string {
  return `${line} ${path}: ${what}`
}
