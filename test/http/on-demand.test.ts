import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { AskedOnDemand } from '../../src/discovery/on-demand.ts'
import { createJoinedTargets } from '../../src/poller/joined-targets.ts'
import { renderSnapshot } from '../../src/poller/snapshot.ts'
import { createSnapshotStore, type OpenTarget } from '../../src/poller/snapshot-store.ts'
import { checkExposition } from '../support/exposition.ts'
import { fakeClock } from '../support/fake-clock.ts'
import { heldTarget } from '../support/held-target.ts'
import { downResult, upResult } from '../support/poll-results.ts'
import { type ServedExporter, serveExporter } from '../support/served-exporter.ts'

const name = 'redis://asked:6379'

let exporter: ServedExporter
let answer: AskedOnDemand
let held: OpenTarget
let asked: string[]
let isTurnedAway: boolean

beforeEach(async () => {
  const clock = fakeClock()
  const store = createSnapshotStore(clock)
  const ownText = () => '# HELP redis_own it\n# TYPE redis_own gauge\nredis_own 1\n'
  held = heldTarget(store, name, 45_000)
  answer = { kind: 'watched', name }
  asked = []
  isTurnedAway = false
  exporter = await serveExporter({
    targetLabel: 'target',
    collectors: [{ name: 'memory', metrics: [{ name: 'memory_used_bytes' }] }],
    onDemand: {
      ask(text) {
        asked.push(text)
        return answer
      },
      isTurnedAway: () => isTurnedAway,
      store,
      joined: createJoinedTargets({ store, targetLabel: '', ownText, clock }),
      ownText,
      maximum: 7,
      idleMilliseconds: 150_000,
    },
  })
  await exporter.poll(upResult())
})
afterEach(() => exporter.stop(0))

const publish = async (result: ReturnType<typeof upResult>) =>
  held.publish(await renderSnapshot('redis', result, 1_234.5, 45_000))

const scrape = (target = 'asked', more = '') =>
  exporter.request(`/scrape?target=${encodeURIComponent(target)}${more}`)

describe('a target that is asked for', () => {
  test('is served to nobody before it was polled, with when to ask again', async () => {
    const { status, headers, body } = await scrape()

    expect(status).toBe(503)
    expect(headers['retry-after']).toBe('1')
    expect(headers['cache-control']).toBe('no-store')
    expect(body).toBe(
      'This target is watched from now on and has not been polled yet; ask again. It goes when nobody has asked for it for 150 s.\n',
    )
    expect(exporter.refused()).toBe(1)
  })

  test.each([
    ['up', upResult(), '\nredis_up 1\n'],
    ['down', downResult(), '\nredis_up 0\n'],
  ])('is served as one of others once it was, when it is %s', async (_state, result, line) => {
    await publish(result)
    const { status, headers, body } = await scrape()

    expect(status).toBe(200)
    expect(headers.etag).toContain('asked-')
    expect(checkExposition(body)).toEqual([])
    expect(body).toContain(line)
    expect(body).toMatch(/\nredis_own 1\n$/)
    expect(exporter.refused()).toBe(0)
  })

  test('is not served while there is no room for it, with the reason and when to ask again', async () => {
    await publish(upResult())
    isTurnedAway = true
    const { status, headers, body } = await scrape()

    expect([status, headers['retry-after']]).toEqual([503, '15'])
    expect(body).toMatch(/^With this target, what is watched on demand would take more memory /)
    expect(exporter.refused()).toBe(1)
  })

  test('may be narrowed to what some collectors gave', async () => {
    await publish(upResult())
    const { body } = await scrape('asked', '&collect[]=memory')

    expect(body).toContain('\nredis_memory_used_bytes 1048576\n')
    expect(body).toContain('\nredis_up 1\n')
  })

  test('is no part of what is served of all, nor of what is discovered', async () => {
    await publish(upResult())
    await scrape()

    expect((await exporter.request('/metrics')).body).not.toContain('asked')
    expect((await exporter.request('/sd')).body).not.toContain('asked')
    expect((await exporter.request(`/metrics?target=${name}`)).status).toBe(404)
  })
})

test.each([
  ['its address', 'redis://localhost:6379'],
  ['another spelling of it', 'LOCALHOST'],
])('one that is watched anyway is not asked for: by %s', async (_how, target) => {
  expect((await scrape(target)).body).toContain('\nredis_up 1\n')
  expect(asked).toEqual([])
})

test.each([
  ['', '&check-keys=*'],
  ['', '&collect[]=nothing'],
  ['', '&target=b'],
])('nor one of a request that cannot be served: %s%s', async (_text, more) => {
  expect((await scrape('asked', more)).status).toBe(400)
  expect(asked).toEqual([])
})

describe('a refusal', () => {
  test.each([
    [
      'credentials',
      400,
      'A target is asked for without a user or a password. As whom to log in is said where the exporter runs, by a rule of --scrape.allow.\n',
    ],
    [
      'form',
      400,
      'The target is none that is watched, and no address that may be asked for: redis://, rediss://, valkey:// or valkeys://host[:port], host[:port] or [IPv6]:port, without a zone. /targets tells of the 1 that are.\n',
    ],
    [
      'rule',
      403,
      'No rule of --scrape.allow allows this target. /targets tells of the 1 that are.\n',
    ],
    [
      'full',
      503,
      'As many targets are watched on demand as --scrape.max-targets allows (7); one goes when nobody has asked for it for 150 s.\n',
    ],
  ] as const)('says why: %s', async (refusal, status, message) => {
    answer = { kind: 'refused', refusal }
    const refused = await scrape('nowhere.example')

    expect([refused.status, refused.body]).toEqual([status, message])
    expect(exporter.refused()).toBe(1)
  })

  test('tells of the one that was meant', async () => {
    answer = { kind: 'refused', refusal: 'rule' }

    expect((await scrape('redis://locahost:6379')).body).toMatch(
      /; did you mean redis:\/\/localhost:6379\?\n$/,
    )
  })
})
