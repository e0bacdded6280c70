import { gauge, newer, type Sample, sample } from '../../metrics/metric.ts'
import { infoField } from '../../redis/info.ts'
import type { Collector } from '../collector.ts'
import { fieldsOf, newerRows, readFields, rowsOf } from '../reading/info-table.ts'

const since = 'Valkey 9.1'
const tested = 'live: Valkey 9.1.2'
const row = rowsOf('tls')

const serialOf = (certificate: string) => `tls_${certificate}_cert_serial`

const certificates = [
  { certificate: 'server', help: 'Time until the certificate of the server runs out' },
  { certificate: 'client', help: 'Time until the certificate for outgoing connections runs out' },
  { certificate: 'ca', help: 'Time until the first certificate of an authority runs out' },
].map(({ certificate, help }) => {
  const name = `tls_${certificate}_cert_expires_in_seconds`
  return { certificate, rows: newerRows(since, tested, [row.gauge(name, name, help)]) }
})

const certificateInfo = newer(
  gauge(
    'tls_certificate_info',
    'A certificate in use, by its serial number; always 1 (INFO tls: tls_*_cert_serial)',
    ['certificate', 'serial'],
  ),
  since,
  tested,
)

const expiryRows = certificates.flatMap(({ rows }) => rows)

export const tls: Collector = {
  name: 'tls',
  help: 'certificates of the server and when they run out, from INFO tls',
  metrics: [...expiryRows.map(({ metric }) => metric), certificateInfo],
  fields: [
    ...fieldsOf(expiryRows),
    ...certificates.map(({ certificate }) => serialOf(certificate)),
  ],
  async collect(poll) {
    const info = await poll.info()
    const samples: Sample[] = []
    for (const { certificate, rows } of certificates) {
      const serial = infoField(info, 'tls', serialOf(certificate))
      // There is none: the server then writes that it runs out in 0 seconds.
      if (serial === undefined || serial === 'none') continue
      samples.push(
        sample(certificateInfo, 1, { certificate, serial }),
        ...readFields(info, rows, poll.reject),
      )
    }
    return samples
  },
}
