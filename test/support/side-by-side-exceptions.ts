import { readTable } from './fixtures.ts'
import { collectors } from './registry.ts'
import type { Exception } from './side-by-side.ts'

const reference = new Set(
  ['reference/info-fields.tsv', 'reference/other-metrics.tsv'].flatMap((path) =>
    readTable(path).map(({ metric }) => metric),
  ),
)

/** What we export beyond the reference, under the names with any namespace. */
const beyond = collectors
  .flatMap(({ metrics }) => metrics.map(({ name }) => name))
  .filter((name) => !reference.has(name) && !name.endsWith('*'))

/** What differs on whatever server, and why. */
export const ofTheProgram: readonly Exception[] = [
  {
    families: /^process_(virtual_memory_max_bytes|network_(receive|transmit)_bytes_total)$/,
    allows: 'absence',
    because: 'prom-client, which tells of our process, does not read these',
  },
  {
    families: /^process_(heap_bytes|cpu_(user|system)_seconds_total)$/,
    allows: 'presence',
    because: 'prom-client, which tells of our process, reads these besides',
  },
  {
    families: /^process_/,
    allows: 'any value',
    because: 'these are two processes',
  },
  {
    families: /^redis_exporter_build_info$/,
    allows: 'any labels and value',
    because: 'the two are different programs',
  },
  {
    families: /^redis_exporter_(scrapes_total|(last_)?scrape_duration_seconds)$/,
    allows: 'any value',
    because: 'they count the polls and scrapes that each has made, and how long these took',
  },
  {
    families: /^redis_exporter_last_scrape_connect_time_seconds$/,
    allows: 'any value',
    because: 'we keep our connection, the Go exporter opens one for each scrape',
  },
  {
    families: /^redis_exporter_(snapshot|polls?|connection|collector|http)_/,
    allows: 'presence',
    because: 'they tell of polling in the background and of serving, which are ours alone',
  },
  {
    families: /^redis_exporter_(rejected_fields|series_left_out|log_lines_dropped)_total$/,
    allows: 'presence',
    because: 'they count what could not be read, served or logged, of which there nobody is told',
  },
  {
    families: new RegExp(`^[a-z]+_(${beyond.join('|')})$`),
    allows: 'presence',
    because: 'the Go exporter does not read these; no name of its own is among them',
  },
  {
    families: /^redis_connected_clients$/,
    allows: { distance: 1 },
    because: 'the Go exporter counts its own connection, which is gone when we poll',
  },
  {
    families: /^redis_last_key_groups_scrape_duration_milliseconds$/,
    allows: 'absence',
    because: 'the Go exporter has 0 where no key groups are asked for; ours is not there then',
  },
]

const bytesOfAConnection = 256 * 1024

/** What differs on a server with data because the readings lie apart. */
export const ofALivingServer: readonly Exception[] = [
  {
    families:
      /^redis_(memory_used_(dataset_|overhead_)?bytes|mem_(clients_normal|fragmentation_bytes)|allocator_(allocated|active|resident|frag|rss)_bytes)$/,
    allows: { distance: bytesOfAConnection },
    because: 'the connection of the Go exporter takes memory, which is free when we poll',
  },
  {
    families: /^redis_(mem_fragmentation|allocator_(frag|rss))_ratio$/,
    allows: { distance: 0.3 },
    because: 'the same, as a share of a few megabytes',
  },
  {
    families: /^redis_latency_percentiles_usec$/,
    series: ({ labels }) => labels.quantile !== undefined,
    allows: 'any value',
    because: 'a percentile goes up and down with every call, and commands are called meanwhile',
  },
]

// The label of bytes that are no UTF-8 ends in a hash.
const isNoText = /\\x[0-9a-f]{2}.*#[0-9a-f]{16}$/

/** What differs when options ask for more. */
export const ofOptions: readonly Exception[] = [
  {
    families: /^redis_exporter_scans?_/,
    allows: 'presence',
    because: 'they tell of scans beside the polls, which are ours alone',
  },
  {
    families: /^redis_exporter_discovery_/,
    allows: 'presence',
    because:
      'they tell whether the nodes of a Cluster could be found, which there whoever asks is told',
  },
  {
    families: /^redis_tls_certificate_expiry_timestamp_seconds$/,
    allows: 'presence',
    because: 'it tells of the certificates of our connection to the server',
  },
  {
    families: /^go_/,
    allows: 'absence',
    because: 'it tells of the Go runtime; ours tells of Node.js in nodejs_*',
  },
  {
    families: /^nodejs_/,
    allows: 'presence',
    because: 'it tells of Node.js, as go_* tells of Go there',
  },
  {
    families: /^redis_exporter_last_scrape_ping_time_seconds$/,
    allows: 'any value',
    because: 'each measures a PING of its own',
  },
  {
    families: /^redis_last_key_groups_scrape_duration_milliseconds$/,
    allows: 'any value',
    because: 'each walks the keys itself',
  },
  {
    families: /^redis_key_(group_)?(count|memory_usage_bytes|size|value_as_string)$/,
    series: ({ labels }) => Object.values(labels).some((text) => isNoText.test(text)),
    allows: 'presence',
    because: 'the Go exporter drops keys, groups and values that are no UTF-8; we name them',
  },
  {
    families: /^redis_stream_group_(lag|entries_read)$/,
    series: ({ value }) => value === 0,
    allows: 'absence',
    because: 'the Go exporter has 0 where the server answers nil, as it does not know them',
  },
  {
    families: /^redis_key_value_as_string$/,
    series: ({ labels }) => Buffer.byteLength(labels.val ?? '') >= 512,
    allows: 'any labels and value',
    because: 'the Go exporter has values of any length in a label; we shorten those over 512 bytes',
  },
  {
    families: /^redis_connected_client_/,
    series: ({ labels }) => labels.name === 'redis_exporter',
    allows: 'any labels and value',
    because: 'each exporter sees its own connection at work, and ours asks more at a time',
  },
  {
    families: /^redis_connected_client_(created_at|idle_since)_timestamp$/,
    allows: { distance: 1 },
    because: 'it is the time now minus whole seconds',
  },
  {
    families: /^redis_commands_latencies_usec$/,
    series: ({ name, labels }) => name.endsWith('_sum') && /[^a-z|]/.test(labels.cmd ?? ''),
    allows: 'any value',
    because: 'the Go exporter does not find the time of commands with _ or - in their names',
  },
  {
    families: /^redis_cluster_links_buffer_limit_exceeded_total$/,
    allows: 'presence',
    because: 'the Go exporter reads only the fields of CLUSTER INFO that begin with cluster_',
  },
  {
    families: /^redis_stream_entries_added_total$/,
    allows: 'presence',
    because: 'the Go exporter 1.86 does not have it, and releases after it have',
  },
]
