import type { Clock } from '../clock.ts'
import {
  type ProtectionSettings,
  probesWithoutLogin,
  protectionTitles,
} from '../config/protection-mistakes.ts'
import { followVersions } from '../discovery/follow-versions.ts'
import type { SourceState } from '../discovery/source.ts'
import { type FileVersion, versionOf } from '../discovery/versioned-file.ts'
import type { Log } from '../log.ts'
import { settingsOfFlags } from './flag-settings.ts'
import { type LoadedPort, type LoadedTls, loadPort, type PortPlan } from './load-port.ts'

/** How our own port is protected, as the files say now. */
export interface Port {
  current(): LoadedPort
  /** Calls the listener after each reading, whether it could be used or not. */
  onChange(listener: () => void): void
  state(): SourceState
  /** Reads all files now. Resolves with what is wrong with them: nothing when they are in force. */
  reload(): Promise<readonly string[]>
  stop(): void
}

export interface OpenPortOptions {
  readonly settings: ProtectionSettings
  readonly clock: Pick<Clock, 'wall'>
  readonly log: Pick<Log, 'info' | 'warn'>
  /** How often the files are looked at. */
  readonly everyMilliseconds?: number
}

/**
 * Reads what protects our own port and follows its files: while a version cannot be used, the last
 * good one stays in force. Where the first cannot be used there is no port, since it would be open.
 */
export async function openPort(
  options: OpenPortOptions,
): Promise<{ readonly port: Port } | { readonly mistakes: readonly string[] }> {
  const { settings, clock, log, everyMilliseconds = 1000 } = options
  const plan = planOf(settings)
  const listeners = new Set<() => void>()
  let files: readonly string[] = []
  let loaded: FileVersion = ''

  async function versions(paths: readonly string[]): Promise<FileVersion> {
    return (await Promise.all(paths.map(versionOf))).join('\n')
  }

  async function read(before?: LoadedTls) {
    const named = new Set<string>()
    const found: FileVersion[] = []
    // The version before the text: what changes in between is read once more.
    const result = await loadPort(plan, before, async (path) => {
      if (named.has(path)) return
      named.add(path)
      found.push(await versionOf(path))
    })
    files = [...named]
    loaded = found.join('\n')
    return result
  }

  const first = await read()
  if ('mistakes' in first) return first
  if (settings.protectProbes && !first.port.users) return { mistakes: [probesWithoutLogin] }
  let current = first.port
  let state: SourceState = { failure: undefined, lastSuccess: clock.wall() }

  async function load(): Promise<readonly string[]> {
    const result = await read(current.tls)
    const mistakes = 'mistakes' in result ? result.mistakes : impossible(current, result.port)
    const [first, ...others] = mistakes
    const more = others.length > 0 ? `; and ${others.length} more` : ''
    if (first !== undefined) state = { ...state, failure: `${first}${more}` }
    else if ('port' in result) {
      current = result.port
      state = { failure: undefined, lastSuccess: clock.wall() }
      log.info({ files }, 'what protects the port was read')
    }
    for (const listener of listeners) listener()
    return mistakes
  }

  function warn(mistakes: readonly string[]): void {
    if (mistakes.length > 0)
      log.warn(
        { mistakes },
        'what protects the port is not accepted; what was read before stays in force',
      )
  }

  const followed = followVersions({
    version: () => versions(files),
    loaded: () => loaded,
    load,
    onMistakes: warn,
    everyMilliseconds,
  })
  return {
    port: {
      current: () => current,
      onChange: (listener) => void listeners.add(listener),
      state: () => state,
      ...followed,
    },
  }
}

function planOf(settings: ProtectionSettings): PortPlan {
  const ofFlags = settingsOfFlags(settings)
  return {
    ofFlags,
    taken: {
      tls: ofFlags.tls && protectionTitles.tls,
      users: ofFlags.users && protectionTitles.users,
    },
    file: settings.webConfigFile || undefined,
  }
}

/**
 * Why one cannot come in the place of another while we run. A file that lost what keeps others out may
 * be one that is being written: nothing opens the port but a restart.
 */
function impossible(before: LoadedPort, after: LoadedPort): readonly string[] {
  const isSwitched = Boolean(before.tls) !== Boolean(after.tls)
  return [
    ...(isSwitched ? [`TLS is switched ${after.tls ? 'on' : 'off'} by a restart alone`] : []),
    ...(before.users && !after.users
      ? ['the login is switched off by a restart alone; give users']
      : []),
    ...(before.tls && after.tls ? weakerClients(before.tls, after.tls) : []),
  ]
}

function weakerClients(before: LoadedTls, after: LoadedTls): readonly string[] {
  const strict = 'RequireAndVerifyClientCert'
  if (before.clientCertificates !== strict) return []
  if (after.clientCertificates !== strict)
    return [
      `that clients must show a certificate is switched off by a restart alone; give ${strict}`,
    ]
  return before.clientNames.length > 0 && after.clientNames.length === 0
    ? ['client_allowed_sans is left out by a restart alone; give names']
    : []
}
