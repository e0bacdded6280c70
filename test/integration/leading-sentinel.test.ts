import { expect, it } from 'vitest'
import { discoverSentinels } from '../support/discovered-sentinels.ts'
import { eventually } from '../support/eventually.ts'
import { startSentinelDeployment } from '../support/sentinel-deployment.ts'

const within = { within: 40_000, every: 50 }

it('a failover is seen before it ends for the Sentinel that leads it, which waits for the other replicas', async () => {
  await using deployment = await startSentinelDeployment()
  const { sentinels, master, replicas } = deployment
  const [leader] = sentinels
  for (const sentinel of sentinels)
    await sentinel.client().call('SENTINEL', 'SET', 'orders', 'failover-timeout', '90000')
  // Replicas that no master lets in are waited for.
  for (const replica of replicas) await replica.client().config('SET', 'masterauth', 'nobody')
  using source = discoverSentinels([`redis://127.0.0.1:${leader.port}`])
  await eventually(() => expect(source.ports()).toHaveLength(6), within)
  await leader.client().call('SENTINEL', 'FAILOVER', 'orders')

  await eventually(() => expect(source.changedRoles).toHaveLength(2), within)
  const [from, to] = source.changedRoles
  expect(from).toBe(`redis://127.0.0.1:${master.port}`)
  expect(replicas.map(({ port }) => `redis://127.0.0.1:${port}`)).toContain(to)
  // It names the old one, and sends those that ask to the new one, as the others do.
  const named = String(await leader.client().call('SENTINEL', 'MASTERS'))
  expect(named).toContain('failover_in_progress')
  expect(named).toContain(`,${master.port},`)
  const asked = await leader.client().call('SENTINEL', 'GET-MASTER-ADDR-BY-NAME', 'orders')
  expect(`redis://${String(asked).replace(',', ':')}`).toBe(to)
  await eventually(
    () =>
      expect(source.figures()).toMatchObject(
        Object.fromEntries(
          sentinels.map(({ port }) => [
            `sentinel_master_agreement orders redis://127.0.0.1:${port}`,
            1,
          ]),
        ),
      ),
    within,
  )
}, 120_000)
