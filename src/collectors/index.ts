import { createAclLog } from './acl-log.ts'
import { biggestKeys } from './biggest-keys.ts'
import { checkKeys } from './check-keys.ts'
import { checkSingleKeys } from './check-single-keys.ts'
import { checkSingleStreams } from './check-single-streams.ts'
import { checkStreams } from './check-streams.ts'
import { clientList } from './client-list.ts'
import { clients } from './clients.ts'
import { clientsAggregate } from './clients-aggregate.ts'
import { cluster } from './cluster.ts'
import { clusterLinks } from './cluster-links.ts'
import { createClusterSlotStats } from './cluster-slot-stats.ts'
import type { Collector } from './collector.ts'
import { commandlog } from './commandlog.ts'
import { createCommandlogEntries } from './commandlog-entries.ts'
import { commandstats } from './commandstats.ts'
import { config } from './config.ts'
import { createConfigMetrics } from './config-metrics.ts'
import { countKeys } from './count-keys.ts'
import { cpu } from './cpu.ts'
import { errorstats } from './errorstats.ts'
import { functionStats } from './function-stats.ts'
import { hotkeys } from './hotkeys.ts'
import { hotkeysSession } from './hotkeys-session.ts'
import { infoDebug } from './info-debug.ts'
import type { KeyCollector } from './key-collector.ts'
import { keyGroups } from './key-groups.ts'
import { keysizes } from './keysizes.ts'
import { keyspace } from './keyspace.ts'
import { latency } from './latency.ts'
import { latencyHistogram } from './latency-histogram.ts'
import { latencystats } from './latencystats.ts'
import { memory } from './memory.ts'
import { memoryStats } from './memory-stats.ts'
import { modules } from './modules.ts'
import { persistence } from './persistence.ts'
import { rdbFile } from './rdb-file.ts'
import { replication } from './replication.ts'
import { scriptFiles } from './script-files.ts'
import { scriptingEngines } from './scripting-engines.ts'
import { createScripts } from './scripts.ts'
import { search } from './search.ts'
import { searchFields } from './search-fields.ts'
import { searchIndexes } from './search-indexes.ts'
import { sentinel } from './sentinel.ts'
import { sentinelConfig } from './sentinel-config.ts'
import { sentinelMasters } from './sentinel-masters.ts'
import { createServer } from './server.ts'
import { slowlog } from './slowlog.ts'
import { createSlowlogEntries } from './slowlog-entries.ts'
import { stats } from './stats.ts'
import { system } from './system.ts'
import { threads } from './threads.ts'
import { tile38 } from './tile38.ts'
import { tls } from './tls.ts'
import { createUnknownInfoFields } from './unknown-info-fields.ts'

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

/** All collectors. Flags, documentation and the contract test follow from this list. */
export const collectors: readonly Collector[] = [...known, createUnknownInfoFields(known)]

/** All that look at keys as a walk comes by them. */
export const keyCollectors: readonly KeyCollector[] = [
  checkKeys,
  countKeys,
  checkStreams,
  keyGroups,
  biggestKeys,
]
