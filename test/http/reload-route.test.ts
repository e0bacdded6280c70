import { expect, test } from 'vitest'
import { serveExporter } from '../support/served-exporter.ts'

const path = '/-/reload'

test.each(['POST', 'PUT'])(
  '%s reads the targets file and says that it is in force',
  async (method) => {
    let count = 0
    await using exporter = await serveExporter({
      reload: async () => {
        count++
        return []
      },
    })
    const { status, body, headers } = await exporter.request(path, { method })

    expect([status, body]).toEqual([200, 'The files are in force.\n'])
    expect(headers['cache-control']).toBe('no-store')
    expect(count).toBe(1)
    expect(exporter.answers).toEqual(['/-/reload 200'])
  },
)

test('what is wrong with the file is the answer, line by line', async () => {
  await using exporter = await serveExporter({ reload: async () => ['a:1: one', 'a:2: two'] })
  const { status, body } = await exporter.request(path, { method: 'POST' })

  expect([status, body]).toEqual([500, 'a:1: one\na:2: two\n'])
})

test.each(['GET', 'HEAD', 'DELETE'])('%s reads nothing', async (method) => {
  await using exporter = await serveExporter({ reload: () => Promise.reject(new Error('read')) })
  const { status, headers } = await exporter.request(path, { method })

  expect([status, headers.allow]).toEqual([405, 'POST, PUT'])
})

test('where it is not allowed there is no such path', async () => {
  await using exporter = await serveExporter()
  const { status, body } = await exporter.request(path, { method: 'POST' })

  expect(status).toBe(404)
  expect(body).toBe(
    'Not found. There is /, /healthz, /health, /ready, /metrics, /targets, /targets/<name>, /scrape, /sd, /discover-cluster-nodes.\n',
  )
  expect(exporter.answers).not.toContain('/-/reload 404')
})

const ofSite = { 'Sec-Fetch-Site': 'cross-site' }
const form = 'application/x-www-form-urlencoded'

test.each([
  ['a page of another site', ofSite, 403],
  ['a page of another subdomain', { 'Sec-Fetch-Site': 'same-site' }, 403],
  ['a page of another site in an old browser', { Origin: 'http://evil.example' }, 403],
  ['a page of another port', { Origin: 'http://exporter:8080', Host: 'exporter' }, 403],
  ['a page that has no origin', { Origin: 'null' }, 403],
  ['a form of another site', { ...ofSite, 'Content-Type': form }, 403],
  ['a form', { 'Content-Type': form }, 415],
  ['a form with a file', { 'Content-Type': 'multipart/form-data; boundary=x' }, 415],
  ['a form as text', { 'Content-Type': 'Text/Plain;charset=utf-8' }, 415],
])('%s is refused: nothing is read', async (_name, headers, expected) => {
  await using exporter = await serveExporter({ reload: () => Promise.reject(new Error('read')) })
  const { status } = await exporter.request(path, { method: 'POST', headers })

  expect(status).toBe(expected)
})

test.each([
  ['whoever is no browser', {}],
  ['our own page', { 'Sec-Fetch-Site': 'same-origin' }],
  ['our own page in an old browser', { Origin: 'http://exporter:9121', Host: 'exporter:9121' }],
  ['our own page behind a proxy of TLS', { Origin: 'https://exporter', Host: 'exporter' }],
  ['a person', { 'Sec-Fetch-Site': 'none' }],
  ['a script', { 'Content-Type': 'application/json' }],
])('%s may ask', async (_name, headers) => {
  await using exporter = await serveExporter({ reload: async () => [] })
  const { status } = await exporter.request(path, { method: 'POST', headers })

  expect(status).toBe(200)
})

test('the preflight of a browser is not allowed anything', async () => {
  await using exporter = await serveExporter({ reload: () => Promise.reject(new Error('read')) })
  const { status, headers } = await exporter.request(path, {
    method: 'OPTIONS',
    headers: { Origin: 'http://evil.example', 'Access-Control-Request-Method': 'POST' },
  })

  expect(status).toBe(405)
  expect(Object.keys(headers).filter((name) => name.startsWith('access-control'))).toEqual([])
})
