import { expect, test } from 'vitest'
import type { Command } from '../../src/redis/command.ts'
import { createPacedExchange } from '../../src/walk/paced-exchange.ts'
import { type FakeClock, fakeClock } from '../support/fake-clock.ts'

interface Recorded {
  readonly clock: FakeClock
  readonly ended: AbortController
  readonly sent: string[]
  readonly loads: number[]
  readonly paced: ReturnType<typeof createPacedExchange>
}

/** Round trips of 2 ms each by the clock of the test. */
function recorded(scanMaxLoad: number): Recorded {
  const clock = fakeClock()
  const ended = new AbortController()
  const sent: string[] = []
  const loads: number[] = []
  const paced = createPacedExchange({
    send: async (commands) => {
      sent.push(commands.map((command) => command.join(' ')).join(', '))
      clock.advance(2)
      return commands.map(() => 'OK')
    },
    settings: { checkKeysBatchSize: 1000, scanMaxLoad },
    clock,
    signal: ended.signal,
    onTrip: (load) => void loads.push(load),
  })
  return { clock, ended, sent, loads, paced }
}

const scan: readonly Command[] = [['SCAN', '0', 'COUNT', '10']]

test('each round trip is told with the load so far', async () => {
  const { paced, clock, loads } = recorded(0)
  await paced.exchange(scan)
  clock.advance(6)
  await paced.exchange(scan)

  // Before the first one the server was asked what it had spent by then.
  expect(loads).toEqual([2 / 4, 4 / 12])
  expect(paced.load()).toBe(4 / 12)
})

test('the server is asked what it spent at first and after a while, ahead of what is sent then', async () => {
  const { paced, clock, sent } = recorded(0)
  await paced.exchange(scan)
  clock.advance(60)
  await paced.exchange(scan)

  expect(sent).toEqual([
    'INFO commandstats, INFO cpu',
    'SCAN 0 COUNT 10',
    'INFO commandstats, INFO cpu',
    // Its reply tells nothing, so SCAN is taken to need all of its 2 ms: too long, so less is asked.
    'SCAN 0 COUNT 10',
  ])
  expect(paced.count()).toBe(50)
})

test('when the walk has ended, nothing more is sent: the connection may be that of the next', async () => {
  const { paced, ended, sent } = recorded(0)
  ended.abort()

  await expect(paced.exchange(scan)).rejects.toThrow('aborted')
  expect(sent).toEqual([])
})

test('a pause ends with the walk, and what waited for it is not sent', async () => {
  const { paced, ended, sent } = recorded(0.000_001)
  await paced.exchange(scan)
  const waiting = paced.exchange([['SCAN', '7']])
  ended.abort()

  await expect(waiting).rejects.toThrow('aborted')
  expect(sent).toEqual(['INFO commandstats, INFO cpu', 'SCAN 0 COUNT 10'])
})
