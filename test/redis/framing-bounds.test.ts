import { describe, expect, test } from 'vitest'
import { createFraming } from '../../src/redis/framing.ts'
import { bounds, check } from '../support/framing-fault.ts'
import { resp } from '../support/resp.ts'

describe('what is too much', () => {
  test('bytes of a reply that a length announces, before they come', () => {
    expect(check(1, '$500\r\n')).toBeUndefined()
    expect(check(1, '$601\r\n')).toBe('too large')
    expect(check(1, '$500000000000\r\n')).toBe('too large')
    expect(check(1, `*2\r\n${resp.bulk('a'.repeat(300))}$300\r\n`)).toBe('too large')
  })

  test('bytes of a list of texts that are here at once, also where other replies follow', () => {
    const texts = (count: number, size: number) =>
      `*${count}\r\n${`$${size}\r\n${'a'.repeat(size)}\r\n`.repeat(count)}`
    expect(check(2, `${texts(10, 51)}+OK\r\n`)).toBeUndefined()
    expect(check(2, `${texts(11, 51)}+OK\r\n`)).toBe('too large')
    expect(check(2, texts(1, 400) + texts(9, 80))).toBe('too large')
    expect(check(3, texts(4, 80) + texts(4, 80) + texts(4, 80))).toBe('too large together')
  })

  test('bytes of a reply that are not announced', () => {
    expect(check(1, '*150\r\n', ...Array.from({ length: 50 }, () => '+abcdefghi\r\n'))).toBe(
      'too large',
    )
    expect(check(1, `+${'a'.repeat(700)}`)).toBe('too large')
  })

  test('bytes of all that is owed together', () => {
    const reply = resp.bulk('a'.repeat(400))
    expect(check(3, reply, reply)).toBeUndefined()
    expect(check(3, reply, reply, '$400\r\n')).toBe('too large together')
    expect(check(400, '+abc\r\n'.repeat(166))).toBeUndefined()
    expect(check(400, '+abc\r\n'.repeat(167))).toBe('too large together')
  })

  test('but not of what is asked for one after the other', () => {
    const framing = createFraming(bounds)
    const reply = Buffer.from(resp.bulk('a'.repeat(500)))
    for (let count = 0; count < 10; count++) {
      framing.owe(1)
      expect(framing.check(reply)).toBeUndefined()
    }
  })

  test('nor of round trips of which each is sent before the last one was answered', () => {
    const framing = createFraming(bounds)
    const reply = Buffer.from(resp.bulk('a'.repeat(500)))
    framing.owe(1, true)
    for (let count = 0; count < 10; count++) {
      framing.owe(1, true)
      expect(framing.check(reply)).toBeUndefined()
    }
  })

  test('bytes of one such round trip, with all that was sent of it later', () => {
    const framing = createFraming(bounds)
    const reply = Buffer.from(resp.bulk('a'.repeat(400)))
    framing.owe(1, true)
    framing.owe(1, true)
    framing.owe(2)
    expect([reply, reply, reply].map(framing.check)).toEqual([undefined, undefined, undefined])
    expect(framing.check(reply)).toBe('too large together')
    expect(framing.sizes()).toEqual([408, 408, 408])
  })

  test('elements that a list announces, before they come', () => {
    expect(check(1, '*151\r\n')).toBe('too many elements')
    expect(check(1, '*2000000000\r\n')).toBe('too many elements')
  })

  test('elements of all lists of one reply', () => {
    const inner = `*30\r\n${'*0\r\n'.repeat(30)}`
    expect(check(1, `*4\r\n${inner.repeat(4)}`)).toBeUndefined()
    expect(check(1, `*5\r\n${inner.repeat(5)}`)).toBe('too many elements')
    expect(check(9, inner.repeat(5))).toBeUndefined()
  })
})

describe('when something is too much', () => {
  const followed = (...pieces: readonly string[]) => {
    const framing = createFraming(bounds)
    framing.owe(9)
    const chunks = pieces.map((piece) => Buffer.from(piece))
    const faults = chunks.map(framing.check)
    const whole = framing.wholeBytes(chunks.at(-1) ?? Buffer.alloc(0))
    return { fault: faults.at(-1), sizes: framing.sizes(), whole }
  }

  test('the sizes of the replies are known, with what the last one announces', () => {
    expect(followed('+OK\r\n$5\r\nhello\r\n', '*1\r\n$700\r\nhe')).toEqual({
      fault: 'too large',
      sizes: [5, 11, 4 + 6 + 700],
      whole: 0,
    })
    expect(followed('+OK\r\n', '+a\r\n*999\r\n:1\r\n')).toMatchObject({
      fault: 'too many elements',
      sizes: [5, 4, 10],
    })
  })

  test('the replies before that can be passed on, and it is known where they end', () => {
    expect(followed('+OK\r\n$700\r\n').whole).toBe(5)
    expect(followed('+OK\r\n:', '1\r\n$700\r\n').whole).toBe(3)
    expect(followed('+OK\r\n:1\r\n', '$70', '0\r\n').whole).toBe(0)
  })

  test('the sizes begin anew with each round trip', () => {
    const framing = createFraming(bounds)
    for (const reply of ['+a\r\n', ':12\r\n']) {
      framing.owe(1)
      framing.check(Buffer.from(reply))
    }
    expect(framing.sizes()).toEqual([5])
  })

  test('where nothing bounds a round trip, no sizes are kept', () => {
    const framing = createFraming({ bytes: Infinity, elements: 1e9, bytesTogether: Infinity })
    framing.owe(1e9)
    for (let count = 0; count < 100; count++) framing.check(Buffer.from('*1\r\n$1\r\na\r\n'))

    expect(framing.sizes()).toHaveLength(1)
  })
})
