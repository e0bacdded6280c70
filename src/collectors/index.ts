import { createAclLog } from './clients/acl-log.ts'
import { clientList } from './clients/client-list.ts'
import { clients } from './clients/clients.ts'
import { clientsAggregate } from './clients/clients-aggregate.ts'
import { cluster } from './cluster/cluster.ts'
import { clusterLinks } from './cluster/cluster-links.ts'
import { createClusterSlotStats } from './cluster/cluster-slot-stats.ts'
import type { Collector } from './collector.ts'
import { commandlog } from './commands/commandlog.ts'
import { createCommandlogEntries } from './commands/commandlog-entries.ts'
import { commandstats } from './commands/commandstats.ts'
import { errorstats } from './commands/errorstats.ts'
import { latency } from './commands/latency.ts'
import { latencyHistogram } from './commands/latency-histogram.ts'
import { latencystats } from './commands/latencystats.ts'
import { slowlog } from './commands/slowlog.ts'
import { createSlowlogEntries } from './commands/slowlog-entries.ts'
import { biggestKeys } from './keys/biggest-keys.ts'
import { checkKeys } from './keys/check-keys.ts'
import { checkSingleKeys } from './keys/check-single-keys.ts'
import { checkSingleStreams } from './keys/check-single-streams.ts'
import { checkStreams } from './keys/check-streams.ts'
import { countKeys } from './keys/count-keys.ts'
import { hotkeys } from './keys/hotkeys.ts'
import { hotkeysSession } from './keys/hotkeys-session.ts'
import type { KeyCollector } from './keys/key-collector.ts'
import { keyGroups } from './keys/key-groups.ts'
import { keysizes } from './keys/keysizes.ts'
import { keyspace } from './keys/keyspace.ts'
import { functionStats } from './modules/function-stats.ts'
import { modules } from './modules/modules.ts'
import { scriptFiles } from './modules/script-files.ts'
import { scriptingEngines } from './modules/scripting-engines.ts'
import { createScripts } from './modules/scripts.ts'
import { search } from './modules/search.ts'
import { searchFields } from './modules/search-fields.ts'
import { searchIndexes } from './modules/search-indexes.ts'
import { sentinel } from './sentinel/sentinel.ts'
import { sentinelConfig } from './sentinel/sentinel-config.ts'
import { sentinelMasters } from './sentinel/sentinel-masters.ts'
import { config } from './server/config.ts'
import { createConfigMetrics } from './server/config-metrics.ts'
import { cpu } from './server/cpu.ts'
import { infoDebug } from './server/info-debug.ts'
import { memory } from './server/memory.ts'
import { memoryStats } from './server/memory-stats.ts'
import { persistence } from './server/persistence.ts'
import { rdbFile } from './server/rdb-file.ts'
import { replication } from './server/replication.ts'
import { createServer } from './server/server.ts'
import { stats } from './server/stats.ts'
import { system } from './server/system.ts'
import { threads } from './server/threads.ts'
import { tile38 } from './server/tile38.ts'
import { tls } from './server/tls.ts'
import { createUnknownInfoFields } from './server/unknown-info-fields.ts'

/** All collectors for one target: what some remember of a server belongs to it alone. */
export interface Collectors {
  readonly collectors: readonly Collector[]
  /** All that look at keys as a walk comes by them. */
  readonly keyCollectors: readonly KeyCollector[]
}

/**
 * The ordered registry. Flags, --acl, documentation and every test over all collectors follow from
 * this list.
 */
export function createCollectors(): Collectors {
  const known: readonly Collector[] = [
    createServer(),
    clients,
    memory,
    memoryStats,
    system,
    persistence,
    stats,
    replication,
    cpu,
    threads,
    commandstats,
    errorstats,
    latencystats,
    keyspace,
    keysizes,
    scriptingEngines,
    tls,
    hotkeysSession,
    infoDebug,
    cluster,
    clusterLinks,
    createClusterSlotStats(),
    sentinel,
    sentinelMasters,
    sentinelConfig,
    modules,
    search,
    searchFields,
    searchIndexes,
    tile38,
    config,
    createConfigMetrics(),
    rdbFile,
    slowlog,
    createSlowlogEntries(),
    commandlog,
    createCommandlogEntries(),
    latency,
    latencyHistogram,
    functionStats,
    hotkeys,
    createAclLog(),
    clientList,
    clientsAggregate,
    checkSingleKeys,
    checkSingleStreams,
    createScripts(scriptFiles),
  ]
  return { collectors: [...known, createUnknownInfoFields(known)], keyCollectors }
}

const keyCollectors: readonly KeyCollector[] = [
  checkKeys,
  countKeys,
  checkStreams,
  keyGroups,
  biggestKeys,
]
