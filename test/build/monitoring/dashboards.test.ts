import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { monitoringDashboards } from '../../../src/build/documents.ts'
import { dashboards } from '../../../src/build/monitoring/dashboards/all-dashboards.ts'
import type { Dashboard } from '../../../src/build/monitoring/dashboards/dashboard.ts'
import { dashboardFiles } from '../../../src/build/monitoring/dashboards/dashboard-files.ts'
import { gauge } from '../../../src/metrics/metric.ts'
import { type BoardJson, boards, variablesIn } from '../../support/monitoring-dashboards.ts'

const folder = 'kubernetes/monitoring/dashboards'

test('the dashboards in kubernetes/monitoring are what make docs would write', () => {
  const files = readdirSync(folder).filter((name) => name.endsWith('.json'))
  const written = files.map((name) => [name, readFileSync(`${folder}/${name}`, 'utf8')] as const)
  expect(new Map(written.sort())).toEqual(new Map([...monitoringDashboards()].sort()))
})

const board = (expr: string, legend = ''): Dashboard => ({
  name: 'a',
  title: 'A',
  help: 'Of a test',
  of: 'one',
  stats: [],
  panels: [{ kind: 'trend', title: 'Curve', unit: 'none', queries: [{ expr, legend }] }],
})

test.each([
  ['redis_is_up', '', 'the metric redis_is_up'],
  ['sum by (db) (redis_up)', '', 'the label db'],
  ['rate(redis_up{db="a"}[$__rate_interval])', '', 'the label db of redis_up'],
  ['redis_up', '{{db}}', 'the label db'],
])('what is not declared in %s, called %j, is an error that names panel and %s', (...given) => {
  const [expr, legend, what] = given
  const write = () => dashboardFiles([{ metric: gauge('up', 'Up') }], [board(expr, legend)])

  expect(write).toThrow(`A, Curve: ${what} is not declared`)
})

test('what is no PromQL is an error', () => {
  expect(() => dashboardFiles([{ metric: gauge('up', 'Up') }], [board('redis_up ==')])).toThrow(
    'no PromQL',
  )
})

test('no two dashboards have one title or one address', () => {
  expect(new Set(boards.map(({ uid }) => uid)).size).toBe(8)
  expect(new Set(boards.map(({ title }) => title)).size).toBe(8)
})

test('the page of the dashboards has a line for each', () => {
  const page = readFileSync('kubernetes/monitoring/README.md', 'utf8')
  expect(dashboards.filter(({ name }) => !page.includes(`](dashboards/${name}.json)`))).toEqual([])
})

describe.each(boards)('$title', (json: BoardJson) => {
  const { uid, schemaVersion, tags, panels, templating } = json
  const names = templating.list.map(({ name }) => name)

  test('has what Grafana demands', () => {
    expect(uid).toMatch(/^[a-z-]{8,40}$/)
    expect(schemaVersion).toBeGreaterThanOrEqual(36)
    expect(tags).toContain('redis-exporter')
    expect(json).not.toHaveProperty('id')
  })

  test('has a row of stats, and no more panels than one can look at', () => {
    expect(panels.filter(({ gridPos }) => gridPos.y === 0).map(({ type }) => type)).toEqual(
      panels.filter(({ type }) => type === 'stat').map(() => 'stat'),
    )
    expect(panels.length).toBeLessThanOrEqual(17)
  })

  test('has panels of their own numbers and titles, which say what they show', () => {
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length)
    expect(new Set(panels.map(({ title }) => title)).size).toBe(panels.length)
    for (const { description, fieldConfig } of panels) {
      expect(description).not.toBe('')
      expect(fieldConfig.defaults.unit).not.toBe('')
    }
  })

  test('fills its grid without gaps, and no panel covers another', () => {
    const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
      Array.from({ length: w * h }, (_, k) => `${x + (k % w)} ${y + Math.floor(k / w)}`),
    )
    const height = Math.max(...panels.map(({ gridPos: { y, h } }) => y + h))
    const whole = Array.from({ length: 24 * height }, (_, k) => `${k % 24} ${Math.floor(k / 24)}`)

    expect(cells.sort()).toEqual(whole.sort())
  })

  test('asks the data source that is chosen', () => {
    const sources = panels.flatMap(({ datasource, targets }) => [
      datasource,
      ...targets.map((target) => target.datasource),
    ])
    expect(names[0]).toBe('datasource')
    expect(new Set(sources.map((one) => JSON.stringify(one)))).toEqual(
      new Set(['{"type":"prometheus","uid":"$datasource"}']),
    )
  })

  test('has each variable that it speaks of, and speaks of each that it has', () => {
    expect([...variablesIn(JSON.stringify(json))].sort()).toEqual([...names].sort())
  })

  test('has queries of their own letters', () => {
    for (const { targets } of panels)
      expect(new Set(targets.map(({ refId }) => refId)).size).toBe(targets.length)
  })

  test('leads to no dashboard that is not there', () => {
    const leading = JSON.stringify(json).matchAll(/\/d\/([\w-]+)/g)
    const uids = boards.map((one) => one.uid)
    expect([...leading].map(([, to]) => to).filter((to = '') => !uids.includes(to))).toEqual([])
  })
})
