import { describe, expect, test } from 'vitest'
import { logins } from '../support/judged-logins.ts'

describe('a newcomer in a flood', () => {
  test.each([
    ['of few addresses with many each', 4, 8],
    ['of many addresses with one each', 40, 1],
    ['of many addresses with some each', 40, 3],
  ])('%s gets its place, and before those who were wrong', async (_name, addresses, each) => {
    const { judge, asked } = logins()
    let number = 0
    const flood = () => {
      for (let address = 0; address < addresses; address += 1)
        for (let one = 0; one < each; one += 1) {
          number += 1
          void judge(`alice:wrong ${number}`, `flood ${address}`)
        }
    }
    const answer = async () => {
      asked.at(-1)?.answer()
      await new Promise(setImmediate)
    }
    // As long as it takes until each address was wrong.
    for (let round = 0; round < 2 * addresses; round += 1) {
      flood()
      await answer()
    }
    const verdict = judge('alice:right', 'newcomer')
    flood()
    await answer()
    flood()
    await answer()

    expect(await verdict).toBe('welcome')
  })

  test('waits no longer than for one of each address, though none was wrong before', async () => {
    const { judge, asked } = logins()
    for (const address of ['1', '2', '3', '4'])
      for (let one = 0; one < 8; one += 1) void judge(`alice:${address} ${one}`, address)
    void judge('alice:right', 'newcomer')
    for (let answered = 0; answered < 5; answered += 1) {
      asked[answered]?.answer()
      await new Promise(setImmediate)
    }

    expect(asked.map(({ password }) => password)).toContain('right')
  })

  test('costs the newest of the fullest address its place', async () => {
    const { judge, answerAll } = logins({ waiting: 4 })
    void judge('alice:0', 'running')
    const full = ['1', '2', '3'].map((one) => judge(`alice:full ${one}`, 'full'))
    const small = judge('alice:small', 'small')
    const right = judge('alice:right', 'newcomer')

    expect(await full.at(-1)).toBe('busy')
    await answerAll()
    expect(await Promise.all([...full, small, right])).toEqual([
      ...['wrong', 'wrong', 'busy', 'wrong', 'welcome'],
    ])
  })
})

describe('a client that has gone', () => {
  test('has its login not verified', async () => {
    const { judge, leaving, asked, answerAll } = logins()
    void judge('alice:first')
    const gone = leaving('alice:gone')
    gone.leave()
    await answerAll()

    expect(await gone.verdict).toBe('busy')
    expect(asked.map(({ password }) => password)).toEqual(['first'])
    expect(judge('alice:gone')).toBeInstanceOf(Promise)
  })

  test('leaves its place to others', () => {
    const { judge, leaving } = logins({ waitingOfOne: 1 })
    void judge('alice:first')
    const gone = leaving('alice:gone')
    expect(judge('alice:right')).toBe('busy')
    gone.leave()

    expect(judge('alice:right')).toBeInstanceOf(Promise)
  })

  test('takes nothing from another one with the same login', async () => {
    const { judge, leaving, answerAll } = logins()
    void judge('alice:first')
    const gone = leaving('alice:right')
    const other = judge('alice:right')
    gone.leave()
    await answerAll()

    expect(await other).toBe('welcome')
  })
})
