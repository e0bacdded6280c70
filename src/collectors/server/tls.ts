import { gauge, newer, sample } from '../../metrics/metric.ts'
import { infoField } from '../../redis/info.ts'
import { fieldTable, type InfoPart, infoCollector } from '../reading/info-parts.ts'
import { newerRows, rowsOf } from '../reading/info-table.ts'

const since = 'Valkey 9.1'
const tested = 'live: Valkey 9.1.2'
const row = rowsOf('tls')

const certificateInfo = newer(
  gauge(
    'tls_certificate_info',
    'A certificate in use, by its serial number; always 1 (INFO tls: tls_*_cert_serial)',
    ['certificate', 'serial'],
  ),
  since,
  tested,
)

const certificates = [
  ['server', 'Time until the certificate of the server runs out'],
  ['client', 'Time until the certificate for outgoing connections runs out'],
  ['ca', 'Time until the first certificate of an authority runs out'],
].map(([certificate = '', help = '']): InfoPart => {
  const serialField = `tls_${certificate}_cert_serial`
  const name = `tls_${certificate}_cert_expires_in_seconds`
  const expiry = fieldTable(newerRows(since, tested, [row.gauge(name, name, help)]))
  return {
    metrics: [certificateInfo, ...expiry.metrics],
    fields: [...expiry.fields, serialField],
    async read(info, poll) {
      const serial = infoField(info, 'tls', serialField)
      // There is none: the server then writes that it runs out in 0 seconds.
      if (serial === undefined || serial === 'none') return []
      const told = sample(certificateInfo, 1, { certificate, serial })
      return [told, ...(await expiry.read(info, poll))]
    },
  }
})

export const tls = infoCollector({
  name: 'tls',
  help: 'certificates of the server and when they run out, from INFO tls',
  parts: certificates,
})
