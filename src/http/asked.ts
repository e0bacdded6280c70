import type { Choice } from '../poller/joined-targets.ts'
import type { HeldTarget } from '../poller/target-snapshots.ts'
import { type AddressIndex, createAddressIndex } from '../targets/address-index.ts'
import { type Shard, shardOf } from '../targets/shard.ts'
import { type CollectorFamilies, createFamilyChoices } from './family-choice.ts'
import { type OnDemandAnswers, refusedOnDemand } from './on-demand-answers.ts'
import { createFindTarget, type FoundTarget, type NearestName } from './target-index.ts'

/** Why a request cannot be served; the text shows nothing of what was given. */
export interface NotServed {
  readonly status: 400 | 403 | 404 | 503
  readonly message: string
  /** After how many seconds it may be asked for again. */
  readonly retrySeconds?: number
}

export interface AskedOptions {
  readonly namespace: string
  readonly index: AddressIndex<HeldTarget>
  /** Whether there are several, or may be: else there is nothing to choose from. */
  readonly several: boolean
  readonly collectors: readonly CollectorFamilies[]
  readonly nearestName: NearestName
  /** Where several exporters share the targets: which part is ours, and what the others have. */
  readonly shard?: Shard | undefined
  readonly elsewhere?: () => readonly Pick<HeldTarget, 'name' | 'address'>[]
  /** Where targets may be asked for that nobody configured. */
  readonly onDemand?: OnDemandAnswers | undefined
}

/** The target of a request. */
export interface AskedTarget {
  readonly name: string
  readonly families: Choice['families']
  /** Whether it is watched only because it is asked for. */
  readonly isOnDemand: boolean
}

/** The value of `only` that asks for the exporter itself, and whole topologies, as an empty `target` does. */
export const onlyExporter = 'exporter'

/** Reads what requests ask for. */
export interface Asked {
  /** What `target`, `only` and `collect[]` leave of the whole; undefined where a query has none of them. */
  choice(query: string): Choice | NotServed | undefined
  /** The one target of `/scrape`, and what `collect[]` leaves of it. */
  oneTarget(query: string): AskedTarget | NotServed
}

export function createAsked(options: AskedOptions): Asked {
  const { namespace, index, several, collectors, nearestName, shard, onDemand } = options
  const find = createFindTarget(() => index, nearestName)
  const findElsewhere = createFindTarget(indexOfList(options.elsewhere), nearestName)
  const familiesOf = createFamilyChoices(namespace, collectors)
  const names = collectors.map(({ name }) => name)

  /** Where it is served, if another one of several exporters does. */
  function servedElsewhere(text: string): NotServed | undefined {
    const other = findElsewhere(text)
    if (!shard || other.kind !== 'found') return undefined
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

  function oneTarget(query: string): AskedTarget | NotServed {
    const parameters = new URLSearchParams(query)
    const elsewhere = configuredElsewhere(parameters)
    if (elsewhere) return elsewhere
    const all = new Set(parameters.getAll('target'))
    const [text = ''] = all
    if (text === '') return because(400, "'target' parameter must be specified")
    if (all.size > 1) return because(400, 'There may be one target in a request.')
    const chosen = families(parameters)
    if (isNotServed(chosen)) return chosen
    const found = find(text)
    if (found.kind === 'found')
      return { name: found.target.name, families: chosen, isOnDemand: false }
    return servedElsewhere(text) ?? onDemandTarget(text, found, chosen)
  }

  function onDemandTarget(text: string, found: NotFound, chosen: Choice['families']) {
    if (!onDemand) return notServed(found, index.size)
    const asked = onDemand.ask(text)
    return asked.kind === 'watched'
      ? { name: asked.name, families: chosen, isOnDemand: true }
      : refusedOnDemand(asked.refusal, hintOf(found, index.size), onDemand)
  }

  /** The targets that are asked for by name or address; undefined where nobody chooses. */
  function targets(texts: readonly string[]): Choice['targets'] | NotServed {
    // One alone is meant whatever is asked for, as with the Go exporter.
    if (!several)
      return texts.some((text) => find(text).kind === 'with user') ? withUser : undefined
    if (texts.length === 0) return undefined
    const wanted = new Set<string>()
    // An empty one alone asks for none: for the exporter itself.
    for (const text of texts.filter((one) => one !== '')) {
      const found = find(text)
      if (found.kind !== 'found') return servedElsewhere(text) ?? notServed(found, index.size)
      wanted.add(found.target.name)
    }
    return wanted
  }

  function choice(query: string): Choice | NotServed | undefined {
    const parameters = new URLSearchParams(query)
    const chosen = families(parameters)
    if (isNotServed(chosen)) return chosen
    const only = parameters.getAll('only')
    if (only.some((one) => one !== onlyExporter)) return because(400, `only takes ${onlyExporter}.`)
    // Whoever says so names no target: for service discovery, whose labels have no empty values.
    const wanted = targets([...parameters.getAll('target'), ...only.map(() => '')])
    if (isNotServed(wanted)) return wanted
    if (wanted) return { targets: wanted, families: chosen }
    return chosen && { families: chosen }
  }

  return { choice, oneTarget }
}

/** The index of a list that is another one when anything in it is. */
function indexOfList<T extends Pick<HeldTarget, 'name' | 'address'>>(
  list: () => readonly T[] = () => [],
): () => AddressIndex<T> {
  let last: { readonly of: readonly T[]; readonly index: AddressIndex<T> } | undefined
  return () => {
    const of = list()
    if (last?.of !== of) last = { of, index: createAddressIndex(of) }
    return last.index
  }
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

const withUser = because(
  400,
  'A target is asked for without a user or a password. As whom to log in is configured where the exporter runs: --redis.user, --redis.password-file, or the file of --targets.file.',
)

type NotFound = Exclude<FoundTarget, { kind: 'found' }>

function notServed(found: NotFound, known: number): NotServed {
  if (found.kind === 'with user') return withUser
  return because(404, `No such target is watched${hintOf(found, known)}`)
}

function hintOf(found: NotFound, known: number): string {
  const [similar] = found.kind === 'unknown' ? found.similar : []
  return similar === undefined
    ? `. /targets tells of the ${known} that are.`
    : `; did you mean ${similar}?`
}

function because(status: NotServed['status'], message: string): NotServed {
  return { status, message }
}
