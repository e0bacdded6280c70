import { gauge, type Metric, type Sample, sample } from '../../metrics/metric.ts'
import { dividedBy, type ReadValue, readNumber } from '../../metrics/read-value.ts'
import { flag } from '../../options/value-kinds.ts'
import { type Instance, isOkay, readInstances } from '../../redis/sentinel-instances.ts'
import { collector, type Poll } from '../collector.ts'
import { partOf } from '../reading/part.ts'
import { readList } from '../reading/read-list.ts'
import { readSample } from '../reading/read-sample.ts'
import { detailCommands, type MasterDetails, readMasterDetails } from './sentinel-details.ts'

const masterLabels = ['master_name', 'master_address'] as const

interface MasterRow {
  readonly field: string
  readonly metric: Metric<(typeof masterLabels)[number], never>
  readonly read: ReadValue
}

const rows = [
  row('quorum', 'setting_ckquorum', 'Sentinels that must agree that the master is down'),
  row('failover-timeout', 'setting_failover_timeout', 'Time for a failover, in milliseconds'),
  row('parallel-syncs', 'setting_parallel_syncs', 'Replicas that sync at once after a failover'),
  row(
    'down-after-milliseconds',
    'setting_down_after_milliseconds',
    'Silence after which the master counts as down, in milliseconds',
  ),
  row('config-epoch', 'config_epoch', 'Epoch of the configuration, which rises with failovers'),
  row(
    'last-ok-ping-reply',
    'last_ok_ping_reply_seconds',
    'Time since the master last answered a PING well',
    dividedBy(1000),
  ),
]

const quorum = gauge(
  'sentinel_master_ckquorum_status',
  'Whether the Sentinels can agree on a failover of a master (SENTINEL CKQUORUM)',
  ['master_name', 'message'],
)
const okSentinels = gauge(
  'sentinel_master_ok_sentinels',
  'Sentinels of a master that are not down, with the one asked (SENTINEL SENTINELS: flags)',
  masterLabels,
)
const okReplicas = gauge(
  'sentinel_master_ok_slaves',
  'Replicas of a master that are not down (SENTINEL REPLICAS: flags)',
  masterLabels,
)
const peerInfo = gauge(
  'sentinel_peer_info',
  'Another Sentinel that watches a master; always 1 (SENTINEL SENTINELS)',
  [...masterLabels, 'name', 'ip', 'port', 'runid', 'flags'],
)

/** Without peers, and where it tells all of its settings. */
const leastSeriesOfMaster = 3 + rows.length

export const sentinelMasters = collector({
  name: 'sentinel-masters',
  help: 'settings, quorum, peers and replicas of each master that a Sentinel watches',
  metrics: [...rows.map(({ metric }) => metric), quorum, okSentinels, okReplicas, peerInfo],
  commands: ['sentinel|masters', ...detailCommands],
  options: {
    includeSentinelPeers: {
      flags: ['include-sentinel-peer-info'],
      env: ['REDIS_EXPORTER_INCL_SENTINEL_PEER_INFO'],
      scope: 'target',
      group: 'Optional metrics',
      help: 'Export a series for each Sentinel that watches the same master',
      kind: flag,
      default: 'false',
    },
  },
  example: { includeSentinelPeers: 'true' },
  appliesTo: (server) => server.mode === 'sentinel',
  async collect(poll) {
    // The masters of the last INFO are asked about at once, so that a poll is one round trip; one
    // that is new costs another. MASTERS goes last, so it names none that was gone before.
    // What cannot be served need not be asked for.
    const most = Math.ceil(poll.room() / leastSeriesOfMaster)
    const details = new Map(
      poll.server.masterNames.slice(0, most).map((name) => [name, readMasterDetails(poll, name)]),
    )
    const masters = await readInstances(await poll.read('SENTINEL', 'MASTERS'))
    poll.leaveOut(Math.max(0, masters.length - most) * leastSeriesOfMaster)
    const found = masters.slice(0, most).map(async (master) => {
      const [name, ip, port] = ['name', 'ip', 'port'].map((part) => master.get(part))
      if (name === undefined || ip === undefined || port === undefined) return []
      const ofMaster = details.get(name) ?? readMasterDetails(poll, name)
      return masterSamples(poll, { name, address: `${ip}:${port}`, master }, ofMaster)
    })
    return readList(poll, await Promise.all(found), (samples) => samples)
  },
})

function row(field: string, name: string, help: string, read = readNumber): MasterRow {
  const source = `(SENTINEL MASTERS: ${field})`
  const metric = gauge(`sentinel_master_${name}`, `${help} ${source}`, masterLabels)
  return { field, metric, read }
}

type Reading = Poll<{ readonly includeSentinelPeers: boolean }>

async function masterSamples(
  poll: Reading,
  { name, address, master }: { name: string; address: string; master: Instance },
  { quorum: asked, sentinels: listed, replicas }: MasterDetails,
): Promise<readonly Sample[]> {
  const labels = { master_name: name, master_address: address }
  const parts = [
    partOf(
      poll,
      'SENTINEL CKQUORUM',
      asked.then(({ reached, message }) => [
        sample(quorum, reached ? 1 : 0, { master_name: name, message }),
      ]),
      [],
    ),
    partOf(
      poll,
      'SENTINEL SENTINELS',
      listed.then((sentinels) => sentinelSamples(poll, labels, sentinels)),
      [],
    ),
    partOf(
      poll,
      'SENTINEL REPLICAS',
      replicas.then((all) => [sample(okReplicas, all.filter(isOkay).length, labels)]),
      [],
    ),
  ]
  const settings = rows.flatMap(({ field, metric, read }) =>
    readSample(poll.reject, `${name} ${field}`, master.get(field), read, (value) =>
      sample(metric, value, labels),
    ),
  )
  return [...(await Promise.all(parts)).flat(), ...settings]
}

function sentinelSamples(
  { settings }: Reading,
  labels: Readonly<Record<(typeof masterLabels)[number], string>>,
  sentinels: readonly Instance[],
): readonly Sample[] {
  return [
    // The Sentinel that answers does not list itself.
    sample(okSentinels, 1 + sentinels.filter(isOkay).length, labels),
    ...(settings.includeSentinelPeers ? sentinels : []).map((peer) => {
      const part = (field: string) => peer.get(field) ?? ''
      const place = { name: part('name'), ip: part('ip'), port: part('port') }
      return sample(peerInfo, 1, {
        ...labels,
        ...place,
        runid: part('runid'),
        flags: part('flags'),
      })
    }),
  ]
}
