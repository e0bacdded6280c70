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
    'Not found. There is /, /healthz, /health, /ready, /metrics, /targets, /scrape, /sd, /discover-cluster-nodes.\n',
  )
  expect(exporter.answers).not.toContain('/-/reload 404')
})
