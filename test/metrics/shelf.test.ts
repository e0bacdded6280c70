import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createShelf } from '../../src/metrics/shelf.ts'

const bytesOf = (length: number, fill = 'a') => Buffer.alloc(length, fill)

test('bytes stand where others of about the same length stood', () => {
  const shelf = createShelf()
  const before = shelf.put(bytesOf(8000))
  shelf.giveBack(before)
  const after = shelf.put(bytesOf(8100, 'b'))

  expect(after.buffer).toBe(before.buffer)
  expect(after.equals(bytesOf(8100, 'b'))).toBe(true)
})

test('bytes of quite another length stand elsewhere', () => {
  const shelf = createShelf()
  const before = shelf.put(bytesOf(8000))
  shelf.giveBack(before)

  expect(shelf.put(bytesOf(4000)).buffer).not.toBe(before.buffer)
})

test('they take little more memory than they have bytes', () => {
  const { put } = createShelf()

  expect(
    [0, 1, 1024, 1025, 65_536, 65_537].map((one) => put(bytesOf(one)).buffer.byteLength),
  ).toEqual([0, 1024, 1024, 2048, 65_536, 65_537])
})

test('of many that were given back a few of each length are held, and none that is long', () => {
  const shelf = createShelf()
  const heldOf = (length: number) => {
    const put = Array.from({ length: 100 }, () => shelf.put(bytesOf(length)))
    const buffers = new Set(put.map(({ buffer }) => buffer))
    for (const one of put) shelf.giveBack(one)
    return put.filter(() => buffers.has(shelf.put(bytesOf(length)).buffer)).length
  }

  expect([heldOf(8000), heldOf(9000), heldOf(100_000)]).toEqual([8, 8, 0])
})

test('whatever is put and given back, all that is put is as it was', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(70_000), fc.boolean()), { maxLength: 40 }), (steps) => {
      const shelf = createShelf()
      const held = new Map<number, Buffer>()
      steps.forEach(([length, givesBack], index) => {
        held.set(index, shelf.put(bytesOf(length, String(index))))
        const [first] = held
        if (!givesBack || !first) return
        held.delete(first[0])
        shelf.giveBack(first[1])
      })

      for (const [index, put] of held)
        expect(put.equals(bytesOf(put.length, String(index)))).toBe(true)
    }),
  )
})
