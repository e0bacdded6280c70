import type { Exporter } from './exporter.ts'
import type { Family } from './exposition.ts'
import type { RedisServer } from './redis-server.ts'

/** The name of the target that a server on loopback is. */
export const nameOf = ({ port }: RedisServer) => `redis://127.0.0.1:${port}`

/** Their names, in order. */
export const namesOf = (servers: readonly RedisServer[]) => servers.map(nameOf).sort()

/** Values of a family by the values of one of its labels. */
export function byLabel(
  families: readonly Family[],
  name: string,
  label: string,
): Readonly<Record<string, number>> {
  const samples = families.find((family) => family.name === name)?.samples ?? []
  return Object.fromEntries(
    samples.map(({ labels, value }) => [labels[label] ?? '', Number(value)]),
  )
}

/** What some values are together. */
export function sumOf(values: Readonly<Record<string, number>>): number {
  return Object.values(values).reduce((sum, value) => sum + value, 0)
}

/** The names of the targets that are up. */
export function upIn(families: readonly Family[]): readonly string[] {
  return Object.entries(byLabel(families, 'redis_up', 'target'))
    .filter(([, value]) => value === 1)
    .map(([name]) => name)
    .sort()
}

/** The role of each target, as it tells itself. */
export function rolesIn(families: readonly Family[]): Readonly<Record<string, string>> {
  const samples = families.find(({ name }) => name === 'redis_instance_info')?.samples ?? []
  return Object.fromEntries(samples.map(({ labels }) => [labels.target ?? '', labels.role ?? '']))
}

/** The value of a family of one series. */
export function valueIn(families: readonly Family[], name: string): number | undefined {
  const [sample] = families.find((family) => family.name === name)?.samples ?? []
  return sample && Number(sample.value)
}

/** Those of some pages on which something is named. */
export async function pagesThatName(
  exporter: Exporter,
  name: string,
  pages: readonly string[],
): Promise<readonly string[]> {
  const bodies = await Promise.all(pages.map(async (page) => (await exporter.get(page)).body))
  return pages.filter((_, index) => bodies[index]?.includes(name))
}
