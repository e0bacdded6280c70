import { checkKeys } from '../../src/collectors/keys/check-keys.ts'
import type { BulkReply, Exchange } from '../../src/redis/connection.ts'
import { walkOf } from './tiny-walk.ts'

/** A server that answers from a table by commands, and what it was sent in each round trip. */
export function server(answers: Readonly<Record<string, BulkReply>>) {
  const trips: string[][] = []
  const read: Exchange = async (commands) => {
    const texts = commands.map((command) => command.join(' '))
    trips.push(texts)
    return texts.map((text) => {
      const answer = answers[text]
      if (answer === undefined) throw new Error(`the test has no reply for ${text}`)
      return answer
    })
  }
  return { trips, read }
}

export function startWalk(maxSeries?: number, ...flags: readonly string[]) {
  const around = walkOf(['--check-keys=*,db3=*', ...flags], maxSeries)
  return { ...around, visitor: checkKeys.start(around.walk) }
}

export const string = (key: string, value: string) => ({
  [`TYPE ${key}`]: 'string',
  [`MEMORY USAGE ${key}`]: 100,
  [`GETRANGE ${key} 0 511`]: value,
})

export async function visitAll(
  keys: readonly string[],
  answers: Readonly<Record<string, BulkReply>>,
) {
  const { visitor, take, rejected } = startWalk()
  const { trips, read } = server(answers)
  const first = take(await visitor.visit(0, keys, read))
  const last = visitor.leave ? take(await visitor.leave(0, read)) : []
  return { samples: [...first, ...last], trips, rejected }
}
