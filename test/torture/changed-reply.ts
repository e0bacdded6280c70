import type { Reply } from '../../src/redis/command.ts'
import { oneOf, type Random } from './random.ts'

/** What stands in the place of something else in a reply whose frame is sound. */
const others: readonly Reply[] = [
  ...[null, '', [], [[]], [null], 0, -1, 1, 2 ** 31, Number.MAX_SAFE_INTEGER],
  ...['-1', '1e309', 'nan', '-inf', '0x10', ' 7 ', '9'.repeat(400), '18446744073709551616'],
  ...['__proto__', 'constructor', 'a\r\nb', 'a\n# B\nb:1', '"', '\\', '{}', 'é', '\0', '\ufffd'],
  ...['x'.repeat(5_000), ['a', 1, ['b', [2]]], Array.from({ length: 300 }, (_, index) => index)],
]

/**
 * A reply in which some things are changed, so that it is what no server sends and still a reply:
 * elements become others, are lost, doubled or moved; texts lose, double or move lines and words.
 */
export function changedReply(reply: Reply, random: Random): Reply {
  let current = reply
  for (let changes = 1 + random.below(5); changes > 0; changes--)
    current = changeSomewhere(current, random)
  return current
}

function changeSomewhere(reply: Reply, random: Random): Reply {
  if (random.chance(10)) return oneOf(others, random) ?? null
  if (Array.isArray(reply) && reply.length > 0) return changeList(reply, random)
  if (typeof reply === 'string' && reply.length > 1) return changeText(reply, random)
  return oneOf(others, random) ?? null
}

function changeList(list: readonly Reply[], random: Random): Reply {
  const at = random.below(list.length)
  const element = list[at] ?? null
  switch (random.below(8)) {
    case 0:
      return list.toSpliced(at, 1)
    case 1:
      return list.toSpliced(at, 0, element)
    case 2:
      return list.toSpliced(random.below(list.length), 1, element)
    case 3:
      return Array.from({ length: Math.min(200, 20_000 / list.length) }, () => list).flat()
    default:
      return list.with(at, changeSomewhere(element, random))
  }
}

function changeText(text: string, random: Random): string {
  const mark = random.pick(['\n', '\r\n', ' ', ',', ':', '='])
  const parts = text.split(mark)
  const at = random.below(parts.length)
  const part = parts[at] ?? ''
  const odd = String(oneOf(others, random))
  switch (random.below(6)) {
    case 0:
      return parts.toSpliced(at, 1).join(mark)
    case 1:
      return parts.toSpliced(at, 0, part).join(mark)
    case 2:
      return parts.with(random.below(parts.length), part).join(mark)
    case 3:
      return parts
        .with(
          at,
          part.replaceAll(/\d+/g, () => odd),
        )
        .join(mark)
    case 4:
      return parts.with(at, odd).join(mark)
    default:
      return text.slice(0, random.below(text.length))
  }
}
