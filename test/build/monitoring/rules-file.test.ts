import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { monitoringRules } from '../../../src/build/documents.ts'
import { alertGroups, rulesFile, runbook } from '../../../src/build/monitoring/rules-file.ts'
import { gauge } from '../../../src/metrics/metric.ts'

interface Rule {
  readonly alert?: string
  readonly record?: string
  readonly for?: string
  readonly labels?: { readonly severity: string }
  readonly annotations?: Readonly<Record<'summary' | 'description' | 'runbook_url', string>>
}

const { groups } = parse(monitoringRules()) as { groups: readonly { rules: readonly Rule[] }[] }
const rules = groups.flatMap((group) => group.rules)
const alerts = rules.filter(({ alert }) => alert !== undefined)

/** Alerts of which no one server is to be named. */
const ofNoServer = ['RedisAbsent']

test('the rules in kubernetes/monitoring are what make docs would write', () => {
  const file = 'kubernetes/monitoring/rules/redis-exporter.yaml'
  expect(readFileSync(file, 'utf8')).toBe(monitoringRules())
})

test('the page of the alerts is what make docs would write', () => {
  expect(readFileSync('kubernetes/monitoring/README.md', 'utf8')).toBe(runbook())
})

test('a metric that was renamed is an error that names rule and metric', () => {
  expect(() => rulesFile([gauge('is_up', 'Up')])).toThrow(
    'RedisDown: the metric redis_up is not declared',
  )
})

test('no two rules have one name', () => {
  const names = rules.map(({ alert, record }) => alert ?? record)
  expect(new Set(names).size).toBe(names.length)
  expect(names.length).toBeGreaterThan(40)
})

describe.each(alerts)('$alert', ({ alert = '', for: duration, labels, annotations }) => {
  test('waits, and says how severe it is', () => {
    expect(duration).toMatch(/^\d+[mh]$/)
    expect(['critical', 'warning', 'info']).toContain(labels?.severity)
  })

  test('names what it is about', () => {
    const named = /\$labels\.(instance|topology|sentinel)\b/.test(annotations?.summary ?? '')
    expect(named).toBe(!ofNoServer.includes(alert))
  })

  test('leads to a heading of the page of the alerts', () => {
    const [page = '', anchor = ''] = annotations?.runbook_url.split('#') ?? []
    const headings = readFileSync(page, 'utf8').match(/^### .*$/gm) ?? []
    expect(headings.map((heading) => heading.slice(4).toLowerCase())).toContain(anchor)
  })
})

test('every link of the page of the alerts leads to a file', () => {
  const links = [...runbook().matchAll(/\]\(([^)#]+)[^)]*\)/g)].map(([, link = '']) => link)
  expect(links).not.toEqual([])
  expect(links.filter((link) => !existsSync(`kubernetes/monitoring/${link}`))).toEqual([])
})

// What a text calls another alert or metric by must be there, too.
test('the texts name no alert that is not there', () => {
  const all = alertGroups.flatMap((group) => group.alerts)
  const named = all.flatMap(
    ({ reason, advice }) => `${reason} ${advice}`.match(/\bRedis[A-Z]\w+/g) ?? [],
  )
  const names = all.map(({ name }) => name)
  expect(named).not.toEqual([])
  expect(named.filter((name) => !names.includes(name))).toEqual([])
})

test('the texts name no metric and no flag that is not there', () => {
  const texts = alertGroups
    .flatMap((group) => group.alerts)
    .map(({ reason, advice, needs = '' }) => `${reason} ${advice} ${needs}`)
    .join(' ')
  const references = ['src/metrics/README.md', 'src/config/README.md'].map((file) =>
    readFileSync(file, 'utf8'),
  )
  const metrics = texts.match(/\bredis_\w+/g) ?? []
  const flags = (texts.match(/--[a-z][a-z.-]*[a-z]/g) ?? []).filter((one) => !ofOthers.has(one))

  expect(metrics).not.toEqual([])
  expect(metrics.filter((name) => !references[0]?.includes(`\`${name.slice(6)}\``))).toEqual([])
  expect(flags).not.toEqual([])
  expect(flags.filter((flag) => !references[1]?.includes(flag))).toEqual([])
})

/** Flags of redis-cli, and those that print and end. */
const ofOthers = new Set(['--cluster', '--acl', '--collect'])
