import { gauge as declareGauge, newer, sample } from '../../metrics/metric.ts'
import { dividedBy } from '../../metrics/read-value.ts'
import { infoField } from '../../redis/info.ts'
import { fieldTable, type InfoPart, infoCollector } from '../reading/info-parts.ts'
import { newerRows, rowsOf } from '../reading/info-table.ts'

const { gauge } = rowsOf('clients')

const rows = [
  gauge('connected_clients', 'connected_clients', 'Client connections, without replicas'),
  gauge('cluster_connections', 'cluster_connections', 'Sockets of the cluster bus'),
  gauge('maxclients', 'max_clients', 'Client connections that the server admits'),
  gauge('blocked_clients', 'blocked_clients', 'Clients that wait in a blocking command'),
  gauge('tracking_clients', 'tracking_clients', 'Clients with client-side caching'),
  gauge(
    'clients_in_timeout_table',
    'clients_in_timeout_table',
    'Clients that wait with a time-out',
  ),
  gauge('pubsub_clients', 'pubsub_clients', 'Clients in subscriber mode'),
  gauge('watching_clients', 'watching_clients', 'Clients that watch keys'),
  gauge('total_watched_keys', 'total_watched_keys', 'Keys that are watched'),
  gauge('total_blocking_keys', 'total_blocking_keys', 'Keys that clients wait for'),
  gauge(
    'total_blocking_keys_on_nokey',
    'total_blocking_keys_on_nokey',
    'Keys that clients wait for and that wake them when deleted',
  ),
  gauge(
    'client_longest_output_list',
    'client_longest_output_list',
    'Longest output list of a client',
  ),
  gauge('client_biggest_input_buf', 'client_biggest_input_buf', 'Largest input buffer of a client'),
  gauge(
    'client_recent_max_output_buffer',
    'client_recent_max_output_buffer_bytes',
    'Largest output buffer of a client of late',
  ),
  gauge(
    'client_recent_max_input_buffer',
    'client_recent_max_input_buffer_bytes',
    'Largest input buffer of a client of late',
  ),
  gauge('current_client_thread', 'current_client_thread', 'Thread that answers INFO, on KeyDB'),
  ...newerRows('Valkey 8.1', 'live: Valkey 9.1.2', [
    gauge(
      'paused_timeout_milliseconds',
      'clients_paused_seconds',
      'How long clients stay paused',
      dividedBy(1e3),
    ),
  ]),
]

const paused = newer(
  declareGauge(
    'clients_paused',
    'Whether clients are paused, why, and which of their commands (INFO clients: paused_reason, paused_actions)',
    ['reason', 'actions'],
  ),
  'Valkey 8.1',
  'live: Valkey 9.1.2',
)

const pausedFields = ['paused_reason', 'paused_actions'] as const

const pause: InfoPart = {
  metrics: [paused],
  fields: pausedFields,
  read(info) {
    const [reason, actions] = pausedFields.map((field) => infoField(info, 'clients', field))
    if (reason === undefined || actions === undefined) return []
    return [sample(paused, actions === 'none' ? 0 : 1, { reason, actions })]
  },
}

export const clients = infoCollector({
  name: 'clients',
  help: 'counts and buffers of client connections, from INFO clients',
  parts: [fieldTable(rows), pause],
})
