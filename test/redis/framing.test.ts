import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { BulkReply } from '../../src/redis/connection.ts'
import type { FramingFault } from '../../src/redis/follow-reply.ts'
import { createFraming } from '../../src/redis/framing.ts'
import { createReplyReader } from '../../src/redis/resp.ts'
import { anyReplyBytes, cut, mutated } from '../support/arbitrary-replies.ts'
import { resp } from '../support/resp.ts'

const bounds = { bytes: 600, elements: 150, bytesTogether: 1000 }

/** What the check says of pieces that come after so many commands were sent. */
function check(owed: number, ...pieces: readonly string[]): FramingFault | undefined {
  const framing = createFraming(bounds)
  framing.owe(owed)
  return pieces.map((piece) => framing.check(Buffer.from(piece, 'latin1'))).at(-1)
}

const sound = [
  '+OK\r\n',
  '+\r\n',
  '-ERR no\r\n',
  ':0\r\n',
  ':-7\r\n',
  ':+7\r\n',
  ':18446744073709551615\r\n',
  '$0\r\n\r\n',
  '$5\r\nhello\r\n',
  '$4\r\n\r\n\xff\0\r\n',
  '$-1\r\n',
  '*0\r\n',
  '*-1\r\n',
  '*1\r\n-ERR x\r\n',
  '*2\r\n*2\r\n:1\r\n$1\r\na\r\n*0\r\n',
]

const malformed = [
  // A length or a number with something else in it.
  '$/3\r\n',
  '$3x\r\nabc\r\n',
  '$\r\n',
  '$-\r\n',
  '$-2\r\n',
  '$-0\r\n',
  '$-01\r\n',
  '$--1\r\n',
  '$+3\r\nabc\r\n',
  '$ 3\r\nabc\r\n',
  '$1000000000000000\r\n',
  '*/\r\n',
  '*-2\r\n',
  '*1e3\r\n',
  '*\r\n',
  ':\r\n',
  ':1.5\r\n',
  ':-\r\n',
  ':1-\r\n',
  `:${'1'.repeat(21)}\r\n`,
  // Line ends.
  '+OK\n',
  '+OK\rx',
  '-ERR\n',
  ':1\n',
  ':1\rx',
  '$3\nabc\r\n',
  '$3\r\nabc\n\r',
  '$3\r\nabcd\r\n',
  '$3\r\nabc\rx',
  '*1\n:1\r\n',
  // Types of RESP3, and what is none.
  '_\r\n',
  '#t\r\n',
  ',1.5\r\n',
  '(1\r\n',
  '!3\r\nERR\r\n',
  '=7\r\ntxt:abc\r\n',
  '%1\r\n+a\r\n+b\r\n',
  '~1\r\n+a\r\n',
  '>1\r\n$-1\r\n',
  '>3\r\n$9\r\nsubscribe\r\n$1\r\na\r\n:1\r\n',
  '*1\r\n>1\r\n+subscribe\r\n',
  '|1\r\n+a\r\n+b\r\n',
  '\r\n',
  '\0',
  'HTTP/1.1 400 Bad Request\r\n',
]

describe('what is RESP2 and was asked for passes', () => {
  test.each(sound)('%j', (bytes) => expect(check(1, bytes)).toBeUndefined())
  test.each(sound)('%j byte by byte', (bytes) => expect(check(1, ...bytes)).toBeUndefined())
})

describe('what is no RESP2 is malformed', () => {
  test.each(malformed)('%j', (bytes) => expect(check(1, bytes)).toBe('malformed'))
  test.each(malformed)('%j byte by byte', (bytes) => expect(check(1, ...bytes)).toBe('malformed'))
  test.each(malformed)('%j, at whatever byte it is cut in two', (bytes) => {
    for (let at = 0; at <= bytes.length; at++)
      expect(check(1, bytes.slice(0, at), bytes.slice(at))).toBe('malformed')
  })
  test.each(malformed)('%j behind a reply that is sound', (bytes) =>
    expect(check(2, `+OK\r\n${bytes}`)).toBe('malformed'),
  )
  test.each(malformed)('%j as an element of a list', (bytes) =>
    expect(check(1, `*2\r\n:1\r\n${bytes}`)).toBe('malformed'),
  )

  test('lists that are deeper than any reply is', () => {
    expect(check(1, `${'*1\r\n'.repeat(100)}:1\r\n`)).toBeUndefined()
    expect(check(1, '*1\r\n'.repeat(101))).toBe('malformed')
  })

  test('a line that does not end', () => {
    const framing = createFraming({ bytes: 1e9, elements: 100, bytesTogether: 1e9 })
    framing.owe(1)
    const piece = Buffer.alloc(1024, 'a')
    framing.check(Buffer.from('+'))
    const faults = Array.from({ length: 100 }, () => framing.check(piece))

    expect(faults.indexOf('malformed')).toBe(64)
  })
})

describe('a reply that nobody asked for', () => {
  test.each(sound)('%j while nothing is owed', (bytes) => expect(check(0, bytes)).toBe('unasked'))
  test.each(sound)('%j behind the last reply', (bytes) =>
    expect(check(1, `+OK\r\n${bytes}`)).toBe('unasked'),
  )

  test('is one byte already', () => expect(check(1, ':1\r\n', '$')).toBe('unasked'))

  test('is counted by what is owed as of now', () => {
    const framing = createFraming(bounds)
    framing.owe(2)
    framing.check(Buffer.from('+a\r\n*1\r\n'))
    expect(framing.owed()).toBe(1)
    framing.owe(3)
    framing.check(Buffer.from(':1\r\n'))

    expect(framing.owed()).toBe(3)
    expect(framing.check(Buffer.from('+a\r\n+b\r\n+c\r\n'))).toBeUndefined()
    expect(framing.check(Buffer.from('+d\r\n'))).toBe('unasked')
  })
})

describe('once a subscription is made', () => {
  const subscribed = () => {
    const framing = createFraming(bounds)
    framing.owe(1)
    framing.subscribe()
    return framing
  }
  const message = Buffer.from('*3\r\n$7\r\nmessage\r\n$1\r\na\r\n$1\r\nb\r\n')

  test('what nobody asked for passes, and is owed by nobody', () => {
    const framing = subscribed()
    framing.check(Buffer.from('+OK\r\n'))

    expect([message, message].map(framing.check)).toEqual([undefined, undefined])
    expect(framing.owed()).toBe(0)
  })

  test.each([
    ['$601\r\n', 'too large'],
    ['*151\r\n', 'too many elements'],
    ['>3\r\n', 'malformed'],
  ])('it is checked like everything else: %j is %s', (bytes, fault) => {
    expect(subscribed().check(Buffer.from(`+OK\r\n${bytes}`))).toBe(fault)
  })
})

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

test('once something is wrong, nothing is right any more', () => {
  const framing = createFraming(bounds)
  framing.owe(5)

  expect(framing.check(Buffer.from('+a\r\n?'))).toBe('malformed')
  expect(framing.check(Buffer.from('+b\r\n'))).toBe('malformed')
})

test.each([
  ['+O', 0],
  ['+OK\r', 1],
  ['$', 1],
  ['$-', 2],
  ['$-1\r', 4],
  ['$-1\r\n', 0],
  [':12', 3],
  ['*1\r\n:1', 2],
  ['$3\r\nab', 0],
  ['$3\r\nabc', 0],
  ['$3\r\nabc\r', 1],
  ['$3\r\nabc\r\n', 0],
])('of %j the last %d bytes tell too little yet', (bytes, expected) => {
  const framing = createFraming(bounds)
  framing.owe(1)
  expect(framing.check(Buffer.from(bytes))).toBeUndefined()

  expect(framing.openEnd()).toBe(expected)
})

describe('any replies', () => {
  test('pass in whatever pieces they come, and are read alike', () => {
    fc.assert(
      fc.property(
        fc.array(anyReplyBytes, { maxLength: 6 }),
        fc.array(fc.nat()),
        (replies, cuts) => {
          const bytes = replies.join('')
          const inPieces = follow(cut(bytes, cuts), replies.length)

          expect(inPieces.fault).toBeUndefined()
          expect(inPieces.owed).toBe(0)
          expect(inPieces.replies).toHaveLength(replies.length)
          expect(inPieces).toEqual(follow([bytes], replies.length))
        },
      ),
    )
  })

  test('that were tampered with pass or fail alike in whatever pieces they come', () => {
    fc.assert(
      fc.property(mutated(anyReplyBytes), fc.array(fc.nat()), fc.nat(3), (bytes, cuts, owed) => {
        const inPieces = follow(cut(bytes, cuts), owed)
        const byByte = follow([...bytes], owed)

        expect(byByte.fault).toBe(inPieces.fault)
        // Whatever passed, the reader takes for sound.
        expect(inPieces.failure).toBeUndefined()
        expect(byByte.failure).toBeUndefined()
        expect(inPieces.replies.length).toBeLessThanOrEqual(owed)
      }),
      { numRuns: 300 },
    )
  })
})

interface Followed {
  readonly fault: FramingFault | undefined
  readonly owed: number
  readonly replies: readonly BulkReply[]
  /** What the reader threw. */
  readonly failure: unknown
}

/** Sends pieces through the check and what passed on to the reader, as a connection does. */
function follow(pieces: readonly string[], owed: number): Followed {
  const framing = createFraming({ bytes: 1e6, elements: 1e4, bytesTogether: 1e6 })
  const replies: BulkReply[] = []
  const read = createReplyReader((reply) => replies.push(reply))
  framing.owe(owed)
  let failure: unknown
  let fault: FramingFault | undefined
  for (const piece of pieces) {
    const chunk = Buffer.from(piece, 'latin1')
    fault = framing.check(chunk)
    if (fault) break
    try {
      read(chunk)
    } catch (thrown) {
      failure ??= thrown
    }
  }
  return { fault, owed: framing.owed(), replies, failure }
}
