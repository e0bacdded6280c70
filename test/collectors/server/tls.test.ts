import { expect, test } from 'vitest'
import { tls } from '../../../src/collectors/server/tls.ts'
import { collected } from '../../support/fake-poll.ts'
import { unindented } from '../../support/unindented.ts'

test('the certificates of Valkey 9.1 and when they run out', async () => {
  const info = unindented`
    # TLS
    tls_server_cert_serial:01A2
    tls_server_cert_expires_in_seconds:47
    tls_client_cert_serial:02B3
    tls_client_cert_expires_in_seconds:-5
    tls_ca_cert_serial:03C4
    tls_ca_cert_expires_in_seconds:49
  `

  expect(await collected(tls, { info })).toBe(unindented`
    # TYPE redis_tls_ca_cert_expires_in_seconds gauge
    redis_tls_ca_cert_expires_in_seconds 49
    # TYPE redis_tls_certificate_info gauge
    redis_tls_certificate_info{certificate="server",serial="01A2"} 1
    redis_tls_certificate_info{certificate="client",serial="02B3"} 1
    redis_tls_certificate_info{certificate="ca",serial="03C4"} 1
    # TYPE redis_tls_client_cert_expires_in_seconds gauge
    redis_tls_client_cert_expires_in_seconds -5
    # TYPE redis_tls_server_cert_expires_in_seconds gauge
    redis_tls_server_cert_expires_in_seconds 47
  `)
})

test('a certificate that there is none of does not run out in 0 seconds', async () => {
  const info = unindented`
    # TLS
    tls_server_cert_serial:none
    tls_server_cert_expires_in_seconds:0
    tls_client_cert_serial:none
    tls_client_cert_expires_in_seconds:0
    tls_ca_cert_serial:none
    tls_ca_cert_expires_in_seconds:0
  `

  expect(await collected(tls, { info })).toBe('')
})
