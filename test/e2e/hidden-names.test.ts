import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { eventually } from '../support/eventually.ts'
import { type Exporter, startExporter } from '../support/exporter.ts'
import { type RedisServer, startRedis } from '../support/redis-server.ts'

// Whatever stands in the keyspace has it in its name or value.
const telling = /swordfish/i

let redis: RedisServer
let exporter: Exporter

beforeAll(async () => {
  redis = await startRedis()
  const client = redis.client()
  await client.mset({
    'swordfish:text': 'the swordfish',
    'swordfish:number': '4111111111111',
    plain: 'Swordfish',
  })
  await client.rpush('swordfish:list', 'swordfish')
  await client.xadd('swordfish:stream', '*', 'swordfish', '1')
  await client.xgroup('CREATE', 'swordfish:stream', 'swordfish-group', '0')
  await client.call(
    ...(['XREADGROUP', 'GROUP', 'swordfish-group', 'swordfish-consumer'] as const),
    ...['STREAMS', 'swordfish:stream', '>'],
  )
  exporter = await startExporter({
    args: [
      ...['--hash-key-names', '--check-keys=*', '--count-keys=swordfish*'],
      ...['--check-single-keys=swordfish:text,swordfish:gone', '--check-streams=*'],
      ...['--check-single-streams=swordfish:stream', '--check-key-groups=^(swordfish).*,^(%a+)$'],
      ...['--collect.biggest-keys', '--scan.interval=1s', '--debug'],
    ],
    env: { REDIS_URL: redis.url },
  })
})
afterAll(async () => {
  await exporter?.stop()
  await redis?.stop()
})

const hash = (text: string) => createHash('sha256').update(text).digest('hex').slice(0, 16)

describe('--hash-key-names', () => {
  it.each([
    ['the size of keys', 'key_size', `key="${hash('swordfish:list')}"`, '1'],
    ['the size of a named key that is gone', 'key_size', `key="${hash('swordfish:gone')}"`, '0'],
    [
      'texts',
      'key_value_as_string',
      `key="${hash('swordfish:text')}",val="${hash('the swordfish')}"`,
      '1',
    ],
    ['patterns', 'keys_count', `key="${hash('swordfish*')}"`, '4'],
    ['groups of keys', 'key_group_count', `key_group="${hash('swordfish')}"`, '4'],
    ['streams', 'stream_length', `stream="${hash('swordfish:stream')}"`, '1'],
    [
      'groups and consumers',
      'stream_group_consumer_messages_pending',
      `stream="${hash('swordfish:stream')}",group="${hash('swordfish-group')}",consumer="${hash('swordfish-consumer')}"`,
      '1',
    ],
    ['big keys', 'biggest_key_size', `type="stream",key="${hash('swordfish:stream')}"`, '1'],
  ])('shows %s under hashes', async (_what, name, labels, value) => {
    await eventually(async () => {
      const { body } = await exporter.get('/metrics')
      expect(body).toContain(`redis_${name}{db="db0",${labels}} ${value}\n`)
    })
  })

  it('shows nothing of the keyspace anywhere', async () => {
    const pages = await Promise.all(['/metrics', '/', '/ready'].map((path) => exporter.get(path)))

    for (const { body } of pages) expect(body).not.toMatch(telling)
    // Where the biggest keys are listed too.
    expect(pages[1]?.body).toContain(hash('swordfish:list'))
    // A number cannot be shown by a hash.
    for (const { body } of pages) expect(body).not.toMatch(/key_value\{|4111111111111/)
    expect(exporter.logs()).not.toMatch(telling)
  })
})
