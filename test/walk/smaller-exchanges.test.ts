import { describe, expect, test } from 'vitest'
import type { Command } from '../../src/redis/command.ts'
import type { BulkReply, Exchange } from '../../src/redis/connection.ts'
import { redisError } from '../../src/redis/redis-error.ts'
import { createSmallerExchanges } from '../../src/walk/smaller-exchanges.ts'

const closed = redisError('connection', 'the connection was closed')

/** Commands that are told from each other by a number. */
function commands(count: number): readonly Command[] {
  return Array.from({ length: count }, (_, number): Command => ['TYPE', `${number}`])
}

/** A server that ends the connection at what a test says, and otherwise answers with the last word. */
function started(endsAt: (some: readonly Command[]) => boolean) {
  const sent: number[] = []
  let keys = 0
  const exchange: Exchange = async (some, onHead) => {
    sent.push(some.length)
    if (endsAt(some)) throw closed
    onHead?.('head')
    return some.map((command) => command.at(-1) ?? null)
  }
  const smaller = createSmallerExchanges(() => keys)
  const goOn = () => {
    keys += 1
  }
  return { sent, smaller, goOn, read: smaller.heeding(exchange) }
}

const all = (count: number) => commands(count).map(([, number]) => number)

test('all goes together, until the connection was lost twice at the same place', async () => {
  const { sent, read } = started((some) => some.length > 4)
  expect(await read(commands(3))).toEqual(all(3))
  await expect(read(commands(5))).rejects.toBe(closed)

  await expect(read(commands(5))).rejects.toBe(closed)
  expect(sent).toEqual([3, 5, 5])
})

describe('where it was', () => {
  test('commands go one by one, and from then on half as many as were lost together', async () => {
    const { sent, smaller, goOn, read } = started((some) => some.length > 4)
    await expect(read(commands(7))).rejects.toBe(closed)
    smaller.stick()
    sent.length = 0

    expect(await read(commands(7))).toEqual(all(7))
    goOn()
    expect(await read(commands(7))).toEqual(all(7))
    expect(sent).toEqual([1, 1, 1, 1, 1, 1, 1, 4, 3])
  })

  test('and again further on, half as many of these', async () => {
    const { sent, smaller, goOn, read } = started((some) => some.length > 2)
    await read(commands(7)).catch(smaller.stick)
    goOn()
    await read(commands(7)).catch(smaller.stick)
    goOn()
    sent.length = 0

    expect(await read(commands(4))).toEqual(all(4))
    expect(sent).toEqual([2, 2])
  })

  test('a command at which the connection ends is told, and no reason to send less', async () => {
    const { sent, smaller, goOn, read } = started((some) => some.some(([, key]) => key === '2'))
    await read(commands(7)).catch(smaller.stick)
    await expect(read(commands(7))).rejects.toMatchObject({
      reason: 'too_large',
      command: ['TYPE', '2'],
    })
    smaller.blame()
    goOn()
    sent.length = 0

    await read(commands(2))
    await read(commands(7)).catch(() => undefined)
    expect(sent).toEqual([2, 7])
  })

  test('another loss there is no reason to send still less', async () => {
    const { sent, smaller, goOn, read } = started((some) => some[0]?.[0] === 'SCAN')
    await read([['SCAN', '0'], ...commands(7)]).catch(smaller.stick)
    await read([['SCAN', '0']]).catch(smaller.stick)
    goOn()
    sent.length = 0

    await read(commands(4))
    expect(sent).toEqual([4])
  })

  test('none is to blame beside another one that is under way', async () => {
    let end: () => void = () => undefined
    const smaller = createSmallerExchanges(() => 0)
    const read = smaller.heeding(
      () =>
        new Promise<readonly BulkReply[]>((_, reject) => {
          const last = end
          end = () => {
            last()
            reject(closed)
          }
        }),
    )
    smaller.stick()
    const both = Promise.allSettled([read([['SCAN', '0']]), read(commands(1))])
    end()

    expect((await both).map((one) => one.status === 'rejected' && one.reason)).toEqual([
      closed,
      closed,
    ])
  })
})

test('how a list begins is told of the first command alone', async () => {
  const { smaller, read } = started(() => false)
  smaller.stick()
  const heads: unknown[] = []
  await read(commands(3), (head) => heads.push(head))

  expect(heads).toEqual(['head'])
})
