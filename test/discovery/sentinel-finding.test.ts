import { expect, test } from 'vitest'
import { sentinelFindingFor } from '../../src/discovery/sentinel-finding.ts'
import { sawMaster, sentinelSettings } from '../support/sentinel-views.ts'
import { wantedTarget } from '../support/wanted-target.ts'

const sentinel = (host: string) => wantedTarget(`redis://${host}:26379`, sentinelSettings)
const data = (host: string) => wantedTarget(`redis://${host}:6379`, sentinelSettings)

/** What one said that tells no id, as before Redis 6.2, and that knows another one by its place. */
const heard = (host: string, master: string, peer: string, isSilent = false) => {
  const target = sentinel(host)
  const masters = [sawMaster(master, `${master}:6379`, { sentinels: { '': `${peer}:26379` } })]
  const said = { id: '', run: '', masters, target }
  const answer = isSilent ? { ...said, masters: [] } : said
  return [target.address, { said, answer, silentSince: isSilent ? 1 : undefined }] as const
}

test('of what was found, those are asked again that belong with one that is configured, though that is silent', () => {
  const finding = sentinelFindingFor([sentinel('s1.example')], {
    wanted: [
      ...['s1.example', '10.0.0.2', 't1.example', '10.0.0.4'].map(sentinel),
      ...['orders', 'carts'].map(data),
    ],
    sentinels: ['s1.example', '10.0.0.2', 't1.example', '10.0.0.4'].map(sentinel),
    foundAt: 1,
    failedAt: undefined,
    state: { failure: undefined, lastSuccess: 1 },
    deployments: [],
    ids: new Map(),
    heard: new Map([
      heard('s1.example', 'orders', '10.0.0.2', true),
      heard('10.0.0.2', 'orders', '10.0.0.1'),
      heard('t1.example', 'carts', '10.0.0.4'),
      heard('10.0.0.4', 'carts', '10.0.0.3'),
    ]),
  })

  const asked = ['redis://s1.example:26379', 'redis://10.0.0.2:26379']
  expect(finding.sentinels.map(({ address }) => address)).toEqual(asked)
  expect([...finding.heard.keys()]).toEqual(asked)
  expect(finding.wanted).toHaveLength(6)
})
