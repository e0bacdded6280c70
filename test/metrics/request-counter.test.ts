import { expect, test } from 'vitest'
import { createRequestCounter } from '../../src/metrics/request-counter.ts'
import { unindented } from '../support/unindented.ts'

test('before the first request there is the family without series', () => {
  expect(createRequestCounter('redis').text()).toBe(unindented`
    # HELP redis_exporter_http_requests_total HTTP requests answered before this one (the exporter)
    # TYPE redis_exporter_http_requests_total counter
  `)
})

test('requests are counted by path and code', () => {
  const requests = createRequestCounter('valkey')
  requests.count('/metrics', 200)
  requests.count('/ready', 503)
  requests.count('/metrics', 304)
  requests.count('/metrics', 200)

  expect(requests.text()).toBe(unindented`
    # HELP valkey_exporter_http_requests_total HTTP requests answered before this one (the exporter)
    # TYPE valkey_exporter_http_requests_total counter
    valkey_exporter_http_requests_total{path="/metrics",code="200"} 2
    valkey_exporter_http_requests_total{path="/metrics",code="304"} 1
    valkey_exporter_http_requests_total{path="/ready",code="503"} 1
  `)
})

test('a path with quotes is escaped', () => {
  const requests = createRequestCounter('redis')
  requests.count('/"metrics"', 200)

  expect(requests.text()).toContain('{path="/\\"metrics\\"",code="200"} 1\n')
})
