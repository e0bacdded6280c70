import { IncomingMessage } from 'node:http'
import { Socket } from 'node:net'
import { expect, test } from 'vitest'
import { createHiddenAddress } from '../../src/http/hidden-address.ts'

function requestFor(url: string, host: string | undefined): IncomingMessage {
  return Object.assign(new IncomingMessage(new Socket()), { url, headers: { host } })
}

test.each([
  ['HTTP://other/metrics?a=b', 'exporter:'],
  ['/metrics', undefined],
])('of a request for %s with the host %s nothing is seen until it is shown', (url, host) => {
  const address = createHiddenAddress()
  const request = requestFor(url, host)

  address.hide(request)
  expect([request.url, request.headers.host]).toEqual(['/', ''])

  address.show(request)
  expect([request.url, request.headers.host]).toEqual([url, host])
})
