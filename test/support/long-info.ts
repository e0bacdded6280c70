/** An INFO of a server with so many commands, each with its errors and latencies. */
export function longInfo(commands: number): string {
  const all = Array.from({ length: commands }, (_, index) => `module.command${index}`)
  return [
    '# Server',
    'redis_version:7.0.15',
    'run_id:1a2b3c',
    '# Commandstats',
    ...all.map((name) => `cmdstat_${name}:calls=21,usec=175,rejected_calls=0,failed_calls=0`),
    '# Errorstats',
    ...all.map((name) => `errorstat_${name}:count=2`),
    '# Latencystats',
    ...all.map((name) => `latency_percentiles_usec_${name}:p50=0.001,p99=1.003,p99.9=1.003`),
    '',
  ].join('\r\n')
}

/** The series that come of it. */
export function seriesOfLongInfo(commands: number) {
  return { commandstats: 4 * commands, errorstats: commands, latencystats: 5 * commands }
}
