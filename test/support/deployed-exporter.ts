import { readFileSync } from 'node:fs'
import { expect } from 'vitest'
import { environmentOf, type PodSurroundings } from './container-environment.ts'
import { eventually } from './eventually.ts'
import type { Exporter } from './exporter.ts'
import { kustomized } from './kustomized.ts'
import type { RedisServer } from './redis-server.ts'

export const within = { within: 60_000, every: 50 }

// What an address, a shell or Kubernetes itself could take for its own, but for blanks and quotes,
// which the configuration file of a Sentinel does not take; the words at its ends betray a leak.
export const password = 'hunter2@/#?%41:$(POLL_INTERVAL)$$tr0ub4dor'
const betrayal = /hunter2|tr0ub4dor/

export const nameOf = ({ port }: RedisServer) => `redis://127.0.0.1:${port}`

export const namesOf = (servers: readonly RedisServer[]) => servers.map(nameOf).sort()

type Environment = Readonly<Record<string, string>>

/** The container of a variant, as kustomize makes it. */
export function containerOf(folder: string, kind: 'Deployment' | 'StatefulSet') {
  const [container] = kustomized(folder).one(kind).spec?.template.spec?.containers ?? []
  if (!container) throw new Error(`${folder} has no container`)
  return container
}

/**
 * The environment of a variant as Kubernetes makes it. Names that a cluster alone knows give way to
 * what stands for them here.
 */
export function environmentIn(
  container: ReturnType<typeof containerOf>,
  pod: PodSurroundings,
  places: Readonly<Record<string, string>>,
): Environment {
  const given = environmentOf(container.env ?? [], pod)
  return Object.fromEntries(
    Object.entries(given).map(([name, value]) => [name, putInPlace(value, places)]),
  )
}

/** The text with other places in it. */
export function putInPlace(text: string, places: Readonly<Record<string, string>>): string {
  return Object.entries(places).reduce((now, [from, to]) => now.replaceAll(from, () => to), text)
}

/** The targets that are up, of all exporters. */
export async function upIn(exporters: readonly Exporter[]): Promise<readonly unknown[]> {
  const all = await Promise.all(exporters.map((exporter) => exporter.metrics()))
  return all
    .flatMap((families) => families.find(({ name }) => name === 'redis_up')?.samples ?? [])
    .filter(({ value }) => Number(value) === 1)
    .map(({ labels }) => labels.target)
    .sort()
}

/** The probes are satisfied, and the memory fits what the container may have. */
export async function expectFit(exporter: Exporter, container: ReturnType<typeof containerOf>) {
  for (const probe of ['startupProbe', 'livenessProbe', 'readinessProbe'] as const) {
    const { path = 'no path' } = container[probe]?.httpGet ?? {}
    await eventually(async () => expect((await exporter.get(path)).status).toBe(200), within)
  }
  const status = readFileSync(`/proc/${exporter.pid}/status`, 'utf8')
  const used = (row: string) => Number(new RegExp(`^${row}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1])
  const kilobytes = (quantity: unknown) => Number(/^(\d+)Mi$/.exec(`${quantity}`)?.[1]) * 1024
  const { requests, limits } = container.resources ?? {}
  expect(used('RssAnon')).toBeLessThan(kilobytes(requests?.memory))
  expect(used('VmHWM')).toBeLessThan(kilobytes(limits?.memory))
}

/** No page and no line of the log has anything of the password. */
export async function expectNoLeak(exporter: Exporter) {
  for (const path of ['/metrics', '/ready', '/targets', '/sd', '/', '/none'])
    expect((await exporter.get(path)).body).not.toMatch(betrayal)
  expect(exporter.logs()).not.toMatch(betrayal)
}
