import type { Clock } from '../clock.ts'
import type { Log } from '../log.ts'
import { clientName } from '../redis/client-name.ts'
import type { ClusterShard } from '../redis/cluster-shard.ts'
import type { Connection } from '../redis/connection.ts'
import { describe } from '../redis/redis-error.ts'
import type { WantedTarget } from '../targets/wanted-target.ts'
import { timeForMore } from '../yielding.ts'
import { createReadClusterView } from './ask-cluster-node.ts'
import { type Answer, type AskedServer, answersOf, createAskedServer } from './asking.ts'
import {
  type ClusterSettings,
  changedRoles,
  clusterTarget,
  clusterTargets,
  replicasOf,
} from './cluster-targets.ts'
import {
  type ClusterCounts,
  type ClusterView,
  commonView,
  countsOf,
  masterOf,
  withAccount,
} from './cluster-view.ts'
import { createDiscovered, type Finding } from './discovered.ts'
import { type AsConfigured, isSameSeed } from './leads.ts'
import { type RunEnd, startRefresher } from './refresher.ts'
import { ownAddresses, sharedAddresses, sharedFailure } from './shared-addresses.ts'
import type { Source } from './source.ts'
import { nextToAsk } from './whom-to-ask.ts'

export interface ClusterNodesOptions<S extends ClusterSettings> {
  /** Whose cluster it is, and whose settings, labels and login its nodes get. */
  readonly seed: WantedTarget<S>
  /** By which its nodes are asked: some of them may be configured themselves. */
  readonly asConfigured?: AsConfigured<S>
  /** Makes a connection to a target, opened when it is first needed. */
  readonly connect: (target: WantedTarget<S>) => Connection
  readonly maximumAgeMilliseconds: number
  /** Told the addresses of nodes that became master or replica. */
  readonly onRoles?: (addresses: readonly string[]) => void
  /** What this one takes the place of: what that found holds until there is an answer. */
  readonly before?: ClusterFinding<S> | undefined
  readonly clock: Clock
  readonly log: Log
}

/** The nodes of a cluster as wanted targets. */
export interface ClusterNodes<S> extends Source<S> {
  /** Lets the cluster be asked at once: somebody saw that it changed. */
  refresh(): void
  /** What its nodes said last; undefined while none did. */
  cluster(): KnownCluster | undefined
  finding(): ClusterFinding<S>
}

/** What was found last, for another one that takes the place of this. */
export interface ClusterFinding<S> extends Finding<S> {
  readonly cluster: KnownCluster | undefined
}

/** What is known of a whole cluster. */
export interface KnownCluster {
  /** What it is called: the name of the target by which it was found. */
  readonly topology: string
  /** What holds: what most of the nodes say that were asked. */
  readonly view: ClusterView
  readonly counts: ClusterCounts
  /** The targets of the replicas of each shard in order, first those that are well. */
  readonly replicas: readonly (readonly string[])[]
  /** The target of each node, by its id; none where its address is not known, or another node has it too. */
  readonly addresses: ReadonlyMap<string, string>
}

/** A node that is asked, as it is configured. */
interface AskedNode<S> extends AskedServer<NodeView> {
  readonly as: WantedTarget<S>
}

interface NodeView extends ClusterView {
  /** The node that says so. */
  readonly target: WantedTarget<ClusterSettings>
}

// A node that is paused or cut off is not waited for where others answer.
const patienceMilliseconds = 500
const restMilliseconds = 200
/** A cluster that was left without a master for so many seconds is left so for longer. */
const mostWaits = 60

/**
 * Asks some nodes of a cluster which nodes it has, again and again. What most of them say holds; any
 * of those that are known may answer when the first one is gone.
 */
export function createClusterNodes<S extends ClusterSettings>(
  options: ClusterNodesOptions<S>,
): ClusterNodes<S> {
  const { seed, asConfigured = (found) => found, clock, log, onRoles } = options
  const { pollInterval, pollTimeout } = seed.settings
  const name = `cluster ${seed.name}`
  const { maximumAgeMilliseconds } = options
  const discovered = createDiscovered({
    name,
    seeds: [seed],
    maximumAgeMilliseconds,
    before: options.before && findingFor(seed, options.before),
    clock,
    log,
  })
  const asked = new Map<string, AskedNode<S>>()
  let believed = seed.address
  let turn = 0
  let isStopped = false
  let waited = 0
  const before = options.before?.cluster
  let known: KnownCluster | undefined = before && { ...before, topology: seed.name }

  function askerOf(target: WantedTarget<S>, as: WantedTarget<S>): AskedNode<S> {
    const { endpoint } = target
    const readView = createReadClusterView(endpoint.kind === 'tcp' && endpoint.tls)
    const server = createAskedServer({
      connection: options.connect(as),
      greeting: as.settings.setClientName ? clientName : undefined,
      timeoutMilliseconds: pollTimeout,
      async read(connection, isNew) {
        const view = await readView(connection, isNew)
        await timeForMore()
        return withAccount({ ...view, target })
      },
    })
    return { ...server, as }
  }

  /** Asks these, and keeps the connections to no others. */
  async function ask(targets: readonly WantedTarget<S>[]): Promise<readonly Answer<NodeView>[]> {
    const chosen = new Map<string, AskedNode<S>>()
    for (const target of targets) {
      const as = asConfigured(target)
      const before = asked.get(target.address)
      chosen.set(target.address, before && isSameSeed(before.as, as) ? before : askerOf(target, as))
    }
    for (const [address, one] of asked) if (chosen.get(address) !== one) one.close()
    asked.clear()
    for (const [address, one] of chosen) asked.set(address, one)
    const servers = [...chosen.values()]
    const { inTime } = await answersOf(servers, Math.min(pollTimeout, patienceMilliseconds))
    return servers.flatMap((one) => inTime.get(one) ?? [])
  }

  /** While a master is down, another one may take its place at any moment. */
  function isSoon(): boolean {
    const isWaiting = known?.view.shards.some(lacksMaster) ?? false
    waited = isWaiting ? waited + 1 : 0
    return isWaiting && waited <= mostWaits
  }

  async function run(): Promise<RunEnd> {
    await askForAll()
    if (isSoon()) return 'soon'
    return discovered.state().failure === undefined ? undefined : 'failed'
  }

  async function askForAll(): Promise<void> {
    const { first, others, nextTurn } = nextToAsk(discovered.known(), believed, turn)
    turn = nextTurn
    let answers = await ask(first)
    // Where all that were asked are gone, another one may be there, or the first one lead elsewhere.
    if (!isStopped && viewsOf(answers).length === 0 && discovered.isKnown())
      answers = [...answers, ...(await ask([...others, seed]))]
    if (isStopped) return
    const views = viewsOf(answers)
    const view = commonView(views)
    if (view) await follow(view, views)
    else fail(answers)
  }

  async function follow(view: NodeView, views: readonly NodeView[]): Promise<void> {
    await timeForMore()
    const { targets, addresses } = clusterTargets(view, view.target.endpoint, seed)
    if (targets.length === 0) {
      fail([])
      return
    }
    await timeForMore()
    const counts = countsOf(view, views)
    await timeForMore()
    if (isStopped) return
    const before = known
    believed = view.target.address
    const replicas = view.shards.map((shard) => replicasOf(shard, addresses))
    const shared = sharedAddresses(addresses)
    const own = ownAddresses(addresses, shared)
    known = { topology: seed.name, view, counts, replicas, addresses: own }
    const { discoverMap = [] } = seed.settings
    const failure = sharedFailure(shared, discoverMap.length > 0)
    if (failure === undefined) discovered.found(targets)
    else discovered.foundInPart(targets, failure)
    const changed = before ? changedRoles(before.view, view) : []
    if (changed.length > 0) onRoles?.(changed.flatMap((id) => addresses.get(id) ?? []))
  }

  function fail(answers: readonly Answer<NodeView>[]): void {
    const [error] = answers.flatMap((answer) => ('error' in answer ? answer.error : []))
    discovered.failed(
      error
        ? `no node tells of its cluster (${describe(error)})`
        : 'no node has an address that can be reached',
    )
    if (!discovered.isKnown()) known = undefined
  }

  const intervalMilliseconds = pollInterval
  const { random } = Math
  const refresher = startRefresher({ name, intervalMilliseconds, restMilliseconds, random, run })
  return {
    ...discovered,
    refresh: refresher.refresh,
    cluster: () => known,
    finding: () => ({ ...discovered.finding(), cluster: known }),
    stop() {
      isStopped = true
      refresher.stop()
      for (const one of asked.values()) one.close()
    },
  }
}

/** The same nodes, with what another seed has of its own. */
function findingFor<S>(seed: WantedTarget<S>, finding: Finding<S>): Finding<S> {
  if (finding.wanted.length === 0) return finding
  const isKnown = finding.foundAt !== undefined
  const wanted = isKnown ? finding.wanted.map((node) => clusterTarget(seed, node)) : [seed]
  return { ...finding, wanted }
}

function lacksMaster(shard: ClusterShard): boolean {
  return shard.slots.length > 0 && !masterOf(shard)?.isReachable
}

function viewsOf<V>(answers: readonly Answer<V>[]): readonly V[] {
  return answers.flatMap((answer) => ('view' in answer ? answer.view : []))
}
