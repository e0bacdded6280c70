import { expect, test } from 'vitest'
import { createReadingInTurn } from '../../src/fleet/reading-in-turn.ts'
import { createTurns, type Turns } from '../../src/fleet/turns.ts'
import { fakeConnection } from '../support/fake-connection.ts'

const settled = () => new Promise((resolve) => setImmediate(resolve))

/** A target whose poll sends one command, notes the reply, and reads until it is told to end. */
function target(turns: Turns) {
  const read: string[] = []
  let end: () => void = () => undefined
  const reading = createReadingInTurn(turns)
  const connection = reading.waiting(() => fakeConnection({ answer: () => 'OK' }))()
  const task = reading.task({
    kind: 'poll',
    name: 'a',
    intervalMilliseconds: 1,
    onSkip: () => undefined,
    async run() {
      await Promise.race([
        (async () => {
          await Promise.all(connection.send([['PING']]))
          read.push('read')
          await new Promise<void>((resolve) => {
            end = resolve
          })
        })(),
        new Promise<void>((resolve) => {
          giveUp = resolve
        }),
      ])
    },
  })
  let giveUp: () => void = () => undefined
  return { run: task.run, read, end: () => end(), giveUp: () => giveUp() }
}

test('what a server answered is read when nobody else reads', async () => {
  const turns = createTurns(1)
  const [one, other] = [target(turns), target(turns)]
  const polls = [one.run(), other.run()]
  await settled()
  expect([one.read, other.read]).toEqual([['read'], []])

  one.end()
  await settled()
  expect(other.read).toEqual(['read'])

  other.end()
  await Promise.all(polls)
})

test('a poll that was given up while it waited takes no turn any more', async () => {
  const turns = createTurns(1)
  const [one, late, other] = [target(turns), target(turns), target(turns)]
  const polls = [one.run(), late.run(), other.run()]
  await settled()
  late.giveUp()
  await settled()
  one.end()
  await settled()

  expect([late.read, other.read]).toEqual([[], ['read']])
  other.end()
  await Promise.all(polls)
})
