import { distance } from 'fastest-levenshtein'

/**
 * The name that was meant by one that nobody knows: the nearest within a typing error or two, or the
 * only one that it is a large part of, word by word; undefined where that would be a guess.
 */
export function nearestName(given: string, known: readonly string[]): string | undefined {
  const name = normal(given)
  const [nearest] = known
    // To compare takes far longer than to see that the lengths alone are too far apart.
    .filter((one) => Math.abs(normal(one).length - name.length) <= Math.max(1, mostApart(name)))
    .map((one) => ({ one, apart: distance(name, normal(one)) }))
    .sort((one, other) => one.apart - other.apart)
  if (nearest && nearest.apart < 2) return nearest.one
  const wholes = known.filter((one) => isPartOf(name, normal(one)))
  if (wholes.length === 1) return wholes[0]
  return nearest && nearest.apart <= mostApart(name) ? nearest.one : undefined
}

// Whatever stands between the words is easily mixed up.
function normal(name: string): string {
  return name.toLowerCase().replaceAll(/[._-]+/g, '-')
}

function isPartOf(part: string, whole: string): boolean {
  const isLarge = part.length * 2.5 >= whole.length
  return isLarge && (whole.startsWith(`${part}-`) || whole.endsWith(`-${part}`))
}

function mostApart({ length }: string): number {
  return length < 7 ? 0 : Math.max(2, Math.floor(length / 6))
}
