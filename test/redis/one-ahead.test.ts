import { expect, test } from 'vitest'
import type { Command } from '../../src/redis/command.ts'
import type { BulkReply } from '../../src/redis/connection.ts'
import { createOneAhead } from '../../src/redis/one-ahead.ts'
import { fromErrorReply } from '../../src/redis/redis-error.ts'

const types = (...keys: readonly string[]): Command[] => keys.map((key) => ['TYPE', key])
const memory = (...keys: readonly string[]): Command[] =>
  keys.map((key) => ['MEMORY', 'USAGE', key])

/** What was sent, a line for each exchange, to a server that answers so. */
function serverOf(answer: (command: Command) => BulkReply) {
  const sent: string[] = []
  const oneAhead = createOneAhead()
  const exchange = async (commands: readonly Command[]) => {
    sent.push(commands.map((command) => command.join(' ')).join(', '))
    return commands.map(answer)
  }
  return { sent, read: oneAhead.through(exchange) }
}

const keyOf = (command: Command) => command.at(-1) ?? ''

test('the first of many goes ahead, and none any more once one was answered', async () => {
  const { sent, read } = serverOf(keyOf)

  expect(await read(types('a', 'b', 'c'))).toEqual(['a', 'b', 'c'])
  expect(await read([...types('d', 'e'), ...memory('d', 'e')])).toEqual(['d', 'e', 'd', 'e'])
  expect(await read([...types('f', 'g'), ...memory('f', 'g')])).toEqual(['f', 'g', 'f', 'g'])

  expect(sent).toEqual([
    'TYPE a',
    'TYPE b, TYPE c',
    'MEMORY USAGE d',
    'TYPE d, TYPE e, MEMORY USAGE e',
    'TYPE f, TYPE g, MEMORY USAGE f, MEMORY USAGE g',
  ])
})

test('one alone costs no round trip more', async () => {
  const { sent, read } = serverOf(keyOf)

  expect(await read([...types('a'), ...memory('a')])).toEqual(['a', 'a'])

  expect(sent).toEqual(['TYPE a, MEMORY USAGE a'])
})

test('what is refused of one command is not sent for the others', async () => {
  const refused = fromErrorReply('NOPERM no permissions to run the command')
  const { sent, read } = serverOf((command) => (command[0] === 'TYPE' ? refused : keyOf(command)))

  expect(await read([...types('a', 'b'), ...memory('a', 'b')])).toEqual([
    ...[refused, refused],
    ...['a', 'b'],
  ])

  expect(sent).toEqual(['TYPE a, MEMORY USAGE a', 'MEMORY USAGE b'])
})

test('what tells of one key says nothing about the others', async () => {
  const gone = fromErrorReply('MOVED 1 127.0.0.1:1')
  const { read } = serverOf((command) => (command[1] === 'a' ? gone : keyOf(command)))

  expect(await read(types('a', 'b'))).toEqual([gone, 'b'])
})

test('a server that answers for no key refuses once, also those that ask at the same time', async () => {
  const down = fromErrorReply('CLUSTERDOWN The cluster is down')
  const { sent, read } = serverOf(() => down)

  const both = await Promise.allSettled([read(types('a', 'b')), read(types('c', 'd', 'e'))])

  expect(both).toMatchObject([{ reason: down }, { reason: down }])

  expect(sent).toEqual(['TYPE a'])
})

test('after a refusal of the whole server one goes ahead again', async () => {
  const down = fromErrorReply('MASTERDOWN Link with MASTER is down')
  let isDown = false
  const { sent, read } = serverOf((command) => (isDown ? down : keyOf(command)))
  await read(types('a', 'b'))
  isDown = true
  expect(await read(types('a', 'b'))).toEqual([down, down])
  sent.length = 0

  await expect(read(types('a', 'b'))).rejects.toBe(down)

  expect(sent).toEqual(['TYPE a'])
})

test('who waits for one that came to nothing asks for itself', async () => {
  const oneAhead = createOneAhead()
  const failing = oneAhead.through(() => Promise.reject(fromErrorReply('ERR DB index')))
  const working = oneAhead.through(async (commands) => commands.map(keyOf))

  const [failed, read] = await Promise.allSettled([
    failing(types('a', 'b')),
    working(types('c', 'd')),
  ])

  expect(failed.status).toBe('rejected')
  expect(read).toEqual({ status: 'fulfilled', value: ['c', 'd'] })
})
