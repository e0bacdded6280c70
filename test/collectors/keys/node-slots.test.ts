import { describe, expect, test } from 'vitest'
import { ownedKeys } from '../../../src/collectors/keys/node-slots.ts'

// The slots of foo, a and b are 12182, 15495 and 3300.
const keys = ['foo', 'a', 'b']
const owned = async (...lines: string[]) => {
  const owns = await ownedKeys(`${lines.join('\n')}\n`)
  return owns && keys.filter(owns)
}

const other = 'o1 127.0.0.1:2@12,host master - 0 0 2 connected 5000-9999'

describe('a node answers for', () => {
  test('the keys in its own ranges and single slots', async () => {
    expect(
      await owned('m1 127.0.0.1:1@11 myself,master - 0 0 1 connected 0-4999 12182', other),
    ).toEqual(['foo', 'b'])
  })

  test('not those in slots that are on their way to it', async () => {
    const moving = '0-4999 [3300->-o1] [12182-<-o1]'

    expect(
      await owned(`m1 127.0.0.1:1@11 myself,master - 0 0 1 connected ${moving}`, other),
    ).toEqual(['b'])
  })

  test('none without slots', async () => {
    expect(await owned('m1 127.0.0.1:1@11 myself,master - 0 0 1 connected', other)).toEqual([])
  })

  test('those of its master, as a replica', async () => {
    const self = 'r1 127.0.0.1:3@13 myself,slave m1 0 0 1 connected'
    const master = 'm1 127.0.0.1:1@11 master - 0 0 1 connected 12000-16383'

    expect(await owned(self, master, other)).toEqual(['foo', 'a'])
  })
})

test.each([
  ['all slots are its own', 'm1 127.0.0.1:1@11 myself,master - 0 0 1 connected 0-16383'],
  ['nothing can be read', 'OK'],
  ['it does not say which one it is', other],
  ['its master is not named', 'r1 127.0.0.1:3@13 myself,slave m1 0 0 1 connected'],
])('every key may be its own where %s', async (_, line) => {
  expect(await owned(line)).toBeUndefined()
})
