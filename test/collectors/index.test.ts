import { expect, test } from 'vitest'
import type { CollectorSettings } from '../../src/collectors/collector.ts'
import { switchOf, wantedCollectors } from '../../src/options/switches.ts'
import { parseInfo } from '../../src/redis/info.ts'
import { serverInfo } from '../../src/redis/server-info.ts'
import { defaultSettings } from '../support/default-settings.ts'
import { everythingWanted } from '../support/everything-wanted.ts'
import { allCollectors, collectors, keyCollectors } from '../support/registry.ts'

/** The names of the collectors that apply to a server with these commands beside INFO. */
function applying(...commands: readonly string[]): readonly string[] {
  const server = serverInfo(parseInfo(''), new Set(['info', ...commands]))
  return collectors.filter(({ appliesTo }) => appliesTo?.(server) ?? true).map(({ name }) => name)
}

test('a server that has nothing but INFO still gets all that INFO tells', () => {
  const readers = collectors.filter(({ commands }) => !commands).map(({ name }) => name)

  expect(readers.filter((name) => !applying().includes(name))).toEqual([])
})

// Whatever sends and is not named here says by `appliesTo` which servers have its commands.
test('a server that has nothing but INFO is asked by those of the others that ask first', () => {
  const senders = collectors.filter(({ commands }) => commands).map(({ name }) => name)

  expect(senders.filter((name) => applying().includes(name))).toEqual([
    ...['keyspace', 'info-debug', 'cluster', 'tile38', 'check-single-keys', 'scripts'],
  ])
})

test.each([
  ['ft._list', ['search-indexes']],
  ['config', ['config', 'config-metrics', 'rdb-file']],
  ['slowlog', ['slowlog', 'slowlog-entries']],
  ['commandlog', ['commandlog', 'commandlog-entries']],
  ['memory', ['memory-stats']],
  ['function|stats', ['function-stats']],
  ['hotkeys|get', ['hotkeys']],
  ['latency', ['latency']],
  ['latency|histogram', ['latency-histogram']],
  ['client', ['client-list', 'clients-aggregate']],
  ['acl', ['acl-log']],
  ['xinfo', ['check-single-streams']],
])('a server that has %s is asked by the collectors %j too', (command, names) => {
  const without = applying()

  const more = applying(command).filter((one) => !without.includes(one))
  expect(more).toEqual(expect.arrayContaining([...names]))
})

const everySwitch = Object.fromEntries(allCollectors.map(({ name }) => [switchOf(name), true]))

/** The names of the collectors that these settings ask for, where every switch is on. */
function wanted(settings: CollectorSettings): readonly string[] {
  return wantedCollectors(collectors, { ...settings, ...everySwitch }).map(({ name }) => name)
}

const optional = [
  ...['system', 'modules', 'search', 'sentinel-config', 'config-metrics', 'rdb-file'],
  ...['search-fields', 'unknown-info-fields'],
  ...['search-indexes', 'client-list', 'check-single-keys', 'check-single-streams', 'scripts'],
]

const optIn = [
  ...['memory-stats', 'info-debug', 'cluster-links', 'cluster-slot-stats', 'slowlog-entries'],
  ...['commandlog-entries', 'function-stats', 'hotkeys', 'acl-log', 'clients-aggregate'],
]

test('nobody who does not ask for it gets what costs or tells too much', () => {
  const byDefault = wantedCollectors(collectors, defaultSettings).map(({ name }) => name)

  expect(byDefault.filter((name) => [...optional, ...optIn].includes(name))).toEqual([])
  expect(byDefault.length).toBeGreaterThan(20)
})

test('off unless their own flag switches them on are those that send more', () => {
  const off = collectors.filter((one) => one.optIn)

  expect(off.map(({ name }) => name)).toEqual(expect.arrayContaining(optIn))
  expect(off.filter(({ cost }) => !cost).map(({ name }) => name)).toEqual([])
})

// By their own examples, each of which must be enough.
test('all collectors are there for whoever asks for everything', () => {
  expect(wanted(everythingWanted)).toEqual(collectors.map(({ name }) => name))
})

test('all that look at keys are there for whoever asks for everything', () => {
  const found = wantedCollectors(keyCollectors, { ...everythingWanted, ...everySwitch })

  expect(found).toEqual(keyCollectors)
})

test.each<[string, readonly string[]]>([
  ['includeSystemMetrics', ['system']],
  ['includeModulesMetrics', ['modules', 'search', 'search-fields']],
  ['includeUnknownInfoFields', ['unknown-info-fields']],
  ['includeConfigMetrics', ['sentinel-config', 'config-metrics']],
  ['includeRdbFileSize', ['rdb-file']],
  ['exportClientList', ['client-list']],
])('the setting %s asks for %j', (setting, names) => {
  const without = wanted(defaultSettings)
  const more = wanted({ ...defaultSettings, [setting]: true })

  const asked = more.filter((name) => !without.includes(name))
  expect(asked).toEqual(expect.arrayContaining([...names]))
})

test('without latency histograms there are no latency spikes either, as in the Go exporter', () => {
  const names = wanted({ ...defaultSettings, excludeLatencyHistogram: true })

  expect(wanted(defaultSettings).filter((name) => !names.includes(name))).toEqual([
    'latency',
    'latency-histogram',
  ])
})

const ofSentinels = ['sentinel-masters', 'sentinel-config']
const ofClusters = ['cluster-links', 'cluster-slot-stats']

test.each([
  ['sentinel', ofSentinels],
  ['standalone', []],
  ['', []],
])('a server in the mode "%s" is asked for %j of Sentinels alone', (mode, names) => {
  const server = serverInfo(parseInfo(`redis_mode:${mode}`), undefined)
  const asked = collectors.filter(({ appliesTo }) => appliesTo?.(server) ?? true)

  expect(asked.map(({ name }) => name).filter((name) => ofSentinels.includes(name))).toEqual(names)
})

const ofValkey = ['commandlog', 'commandlog-entries']

test('a server that tells neither commands nor version is asked by all but those of other kinds', () => {
  const server = serverInfo(parseInfo(''), undefined)
  const ofOthers = [...ofSentinels, ...ofClusters, ...ofValkey]
  const others = collectors.filter(({ name }) => !ofOthers.includes(name))

  expect(others.every(({ appliesTo }) => appliesTo?.(server) ?? true)).toBe(true)
})
