import type { Exception } from './side-by-side.ts'

/** What differs from Debian's prometheus-redis-exporter 1.45 on whatever server, and why. */
export const ofTheProgram: readonly Exception[] = [
  {
    families: /^go_/,
    allows: 'absence',
    because: 'it tells of the Go runtime; ours tells of Node.js in nodejs_*',
  },
  {
    families: /^process_virtual_memory_max_bytes$/,
    allows: 'absence',
    because: 'prom-client, which tells of our process, does not read this limit',
  },
  {
    families: /^process_/,
    allows: 'any value',
    because: 'these are two processes',
  },
  {
    families: /^redis_last_key_groups_scrape_duration_milliseconds$/,
    allows: 'absence',
    because: 'it belongs to key groups, which we do not have yet',
  },
  {
    families: /^redis_expired_time_cap_reached_total$/,
    allows: 'another type',
    because: 'the field only rises: newer releases of the Go exporter call it a counter, as we do',
  },
  {
    families: /^redis_instance_info$/,
    allows: { moreLabels: ['master_replid'] },
    because: 'newer releases of the Go exporter have this label besides, and so have we',
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
    families: /^redis_start_time_seconds$/,
    allows: { distance: 1 },
    because: 'it is the time now minus whole seconds, and the Go exporter cuts off the fraction',
  },
  {
    families: /^redis_connected_clients$/,
    allows: { distance: 1 },
    because: 'the Go exporter counts its own connection, which is gone when we poll',
  },
]
