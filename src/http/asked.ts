import type { Choice } from '../poller/joined-targets.ts'
import type { HeldTarget } from '../poller/target-snapshots.ts'
import { type Shard, shardOf } from '../targets/shard.ts'
import { type CollectorFamilies, createFamilyChoices } from './family-choice.ts'
import { createFindTarget, type FoundTarget, type NearestName } from './target-index.ts'

/** Why a request cannot be served; the text shows nothing of what was given. */
export interface NotServed {
  readonly status: 400 | 404 | 503
  readonly message: string
}

export interface AskedOptions {
  readonly namespace: string
  readonly targets: () => readonly HeldTarget[]
  /** Whether there are several, or may be: else there is nothing to choose from. */
  readonly several: boolean
  readonly collectors: readonly CollectorFamilies[]
  readonly nearestName: NearestName
  /** Where several exporters share the targets: which part is ours, and what the others have. */
  readonly shard?: Shard | undefined
  readonly elsewhere?: () => readonly Pick<HeldTarget, 'name' | 'address'>[]
}

/** Reads what requests ask for. */
export interface Asked {
  /** What `target` and `collect[]` leave of the whole; undefined where a query has neither. */
  choice(query: string): Choice | NotServed | undefined
  /** The one target of `/scrape`, and what `collect[]` leaves of it. */
  oneTarget(query: string): { target: HeldTarget; families: Choice['families'] } | NotServed
}

export function createAsked(options: AskedOptions): Asked {
  const { namespace, targets, several, collectors, nearestName, shard } = options
  const find = createFindTarget(targets, nearestName)
  const findElsewhere = createFindTarget(options.elsewhere ?? (() => []), nearestName)
  const familiesOf = createFamilyChoices(namespace, collectors)
  const names = collectors.map(({ name }) => name)

  /** Why it is not served by us, which another one may do. */
  function notOurs(text: string, found: NotFound): NotServed {
    const other = findElsewhere(text)
    if (!shard || other.kind !== 'found') return notServed(found, targets().length)
    const { index, total } = shard
    const where = `shard ${shardOf(other.target.address, total)} of the ${total} from 0 on`
    return because(404, `The target is watched by ${where}; this is shard ${index}.`)
  }

  function families(parameters: URLSearchParams): Choice['families'] | NotServed {
    const chosen = parameters.getAll('collect[]')
    if (chosen.length === 0) return undefined
    const unknown = chosen.find((name) => !names.includes(name))
    if (unknown === undefined) return familiesOf(chosen)
    const nearest = unknown.length > longestName ? undefined : nearestName(unknown, names)
    return {
      status: 400,
      message: `There is no such collector in collect[]${nearest ? `; did you mean ${nearest}` : ''}. There is ${names.join(', ')}.`,
    }
  }

  function oneTarget(query: string) {
    const parameters = new URLSearchParams(query)
    const elsewhere = configuredElsewhere(parameters)
    if (elsewhere) return elsewhere
    const all = new Set(parameters.getAll('target'))
    const [text = ''] = all
    if (text === '') return because(400, "'target' parameter must be specified")
    if (all.size > 1) return because(400, 'There may be one target in a request.')
    const found = find(text)
    if (found.kind !== 'found') return notOurs(text, found)
    const chosen = families(parameters)
    return isNotServed(chosen) ? chosen : { target: found.target, families: chosen }
  }

  function choice(query: string): Choice | NotServed | undefined {
    const parameters = new URLSearchParams(query)
    const texts = several ? parameters.getAll('target') : []
    const chosen = families(parameters)
    if (isNotServed(chosen)) return chosen
    if (texts.length === 0) return chosen && { families: chosen }
    const wanted = new Set<string>()
    // An empty one alone asks for none: for the exporter itself.
    for (const text of texts.filter((one) => one !== '')) {
      const found = find(text)
      if (found.kind !== 'found') return notOurs(text, found)
      wanted.add(found.target.name)
    }
    return { targets: wanted, families: chosen }
  }

  return { choice, oneTarget }
}

export function isNotServed(answer: object | undefined): answer is NotServed {
  return answer !== undefined && 'status' in answer
}

// As for targets: to compare takes time.
const longestName = 300

// What the Go exporter takes in a request; without a value it asks for nothing.
const parametersOfOthers: Readonly<Record<string, string>> = {
  'check-keys': 'check-keys',
  'check-single-keys': 'check-single-keys',
  'check-streams': 'check-streams',
  'check-single-streams': 'check-single-streams',
  'count-keys': 'count-keys',
  tls_server_name: 'tls-server-name',
  'tls-server-name': 'tls-server-name',
}

function configuredElsewhere(parameters: URLSearchParams): NotServed | undefined {
  const found = Object.entries(parametersOfOthers).find(([name]) => parameters.get(name))
  if (!found) return undefined
  const [name, flag] = found
  return because(
    400,
    `${name} is not taken from a request, since targets are polled in the background. Configure it with --${flag} for all targets, or as ${flag} of one target in the file of --targets.file.`,
  )
}

type NotFound = Exclude<FoundTarget, { kind: 'found' }>

function notServed(found: NotFound, known: number): NotServed {
  if (found.kind === 'with user')
    return because(
      400,
      'A target is asked for without a user or a password. As whom to log in is configured where the exporter runs: --redis.user, --redis.password-file, or the file of --targets.file.',
    )
  const [similar] = found.similar
  const hint =
    similar === undefined
      ? `. /targets tells of the ${known} that are.`
      : `; did you mean ${similar}?`
  return because(404, `No such target is watched${hint}`)
}

function because(status: NotServed['status'], message: string): NotServed {
  return { status, message }
}
