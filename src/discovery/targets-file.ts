import type { Clock } from '../clock.ts'
import { shownText } from '../config/shown-text.ts'
import { createTargetReader, type TargetDefaults } from '../config/target-reader.ts'
import type { SettingsOfTarget } from '../config/target-settings.ts'
import type { Log } from '../log.ts'
import type { FileTargets } from './file-target.ts'
import { followVersions } from './follow-versions.ts'
import { readTargetsFile } from './read-targets-file.ts'
import type { Source, SourceState } from './source.ts'
import type { FileMistake } from './target-entry.ts'
import { type FileVersion, readVersioned, versionOf } from './versioned-file.ts'

export interface TargetsFileOptions {
  readonly path: string
  readonly defaults: TargetDefaults
  /** Labels that series have anyway. */
  readonly takenLabels: ReadonlySet<string>
  readonly clock: Pick<Clock, 'wall'>
  readonly log: Pick<Log, 'info' | 'warn'>
  /** How often the file is looked at. */
  readonly everyMilliseconds?: number
  readonly maximumBytes?: number
}

/** The targets of a file, which is followed. */
export interface TargetsFile extends Source<SettingsOfTarget> {
  /** Reads the file now, changed or not. Resolves with what is wrong with it: nothing when it is in force. */
  reload(): Promise<readonly string[]>
}

export interface OpenedTargetsFile {
  readonly source: TargetsFile
  /** What is wrong with what stands in the file; one that cannot be read yet is waited for. */
  readonly mistakes: readonly string[]
}

// A log line with thousands of them would tell no more.
const mostMistakes = 20
// Of files that are to blame, so many are looked at.
const mostFaulty = 100

/**
 * Reads a targets file and follows it. While a version cannot be used, the last good one stays in
 * force.
 */
export async function openTargetsFile(options: TargetsFileOptions): Promise<OpenedTargetsFile> {
  const { path, defaults, takenLabels, clock, log } = options
  const { everyMilliseconds = 1000, maximumBytes = 4 * 1024 * 1024 } = options
  const name = /^[\w./-]+$/.test(path) ? path : shownText(path)
  const listeners = new Set<() => void>()
  let targets: FileTargets = new Map()
  let state: SourceState = { failure: undefined, lastSuccess: undefined }
  let loaded: FileVersion = ''
  /** What a version was refused for that other files hold: it is read again with another one of them. */
  let faulty: readonly string[] = []
  let isMissing = false
  // What is wanted from the start on is told by whoever starts.
  let isOpen = false

  /** What is wrong with the file: nothing when it is in force. */
  async function load(): Promise<readonly string[]> {
    const content = await readVersioned(path, maximumBytes)
    loaded = content.version
    faulty = []
    isMissing = 'failure' in content && content.isMissing
    if ('failure' in content) return refuse([`${name} ${content.failure}`])
    const rules = { reader: createTargetReader(defaults), takenLabels }
    const read = await readTargetsFile(content.text, rules, targets)
    faulty = [...read.faulty.keys()].slice(0, mostFaulty)
    loaded = joined(
      content.version,
      faulty.map((one) => read.faulty.get(one) ?? ''),
    )
    if (read.mistakes.length > 0) return refuse(read.mistakes.map(described))
    accept(read.targets)
    remark(read.remarks.map(described))
    return []
  }

  function described({ line, path: place, what }: FileMistake): string {
    return `${name}:${line}: ${place === '' ? '' : `${place}: `}${what}`
  }

  function accept(now: FileTargets): void {
    const before = targets
    targets = now
    state = { failure: undefined, lastSuccess: clock.wall() }
    const isNew = (one: string) => !before.has(one)
    const fresh = [...now.keys()].filter(isNew).length
    if (isOpen)
      log.info({ file: path, targets: now.size, unchanged: now.size - fresh }, 'targets file read')
    tell()
  }

  function refuse(mistakes: readonly string[]): readonly string[] {
    const [first = '', ...others] = mistakes
    const more = others.length > 0 ? `; and ${others.length} more` : ''
    state = { ...state, failure: `${first}${more}` }
    tell()
    return mistakes
  }

  function warn(mistakes: readonly string[]): void {
    if (mistakes.length === 0) return
    const some = mistakes.slice(0, mostMistakes)
    const inForce =
      state.lastSuccess === undefined ? 'it gives no targets' : 'what it held before stays in force'
    log.warn({ mistakes: some, count: mistakes.length }, `targets file not accepted; ${inForce}`)
  }

  function remark(remarks: readonly string[]): void {
    if (remarks.length === 0) return
    const some = remarks.slice(0, mostMistakes)
    log.warn(
      { remarks: some, count: remarks.length },
      'settings in the targets file have no effect',
    )
  }

  function tell(): void {
    for (const listener of listeners) listener()
  }

  const mistakes = await load()
  if (isMissing) warn(mistakes)
  isOpen = true
  const { reload, stop } = followVersions({
    version: async () => joined(await versionOf(path), await Promise.all(faulty.map(versionOf))),
    loaded: () => loaded,
    load,
    onMistakes: warn,
    everyMilliseconds,
  })
  return {
    mistakes: isMissing ? [] : mistakes,
    source: {
      name: 'targets-file',
      wanted: () => [...targets.values()],
      onChange(listener) {
        listeners.add(listener)
        return () => void listeners.delete(listener)
      },
      state: () => state,
      stop,
      reload,
    },
  }
}

function joined(own: FileVersion, others: readonly FileVersion[]): FileVersion {
  return [own, ...others].join('\n')
}
