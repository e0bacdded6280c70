import { inspect } from 'node:util'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { formatEndpoint, parseAddress } from '../../src/targets/address.ts'
import { anyCharacter } from '../support/any-character.ts'

const schemes = fc.constantFrom('redis://', 'rediss://', 'valkey://', 'valkeys://', 'REDIS://')
const places = fc.constantFrom('example', 'example:7000', '[::1]:7000/3', '10.0.0.1/15')
const passwords = fc.oneof(
  fc.string({ minLength: 1, unit: 'grapheme' }),
  fc.string({ minLength: 1, unit: anyCharacter }),
  fc.string({ minLength: 1, unit: fc.constantFrom(...'@/#?%:[]aA4 ') }),
)
// What is taken as it is: without what would begin another address, in a list.
const rawPasswords = passwords.filter((password) => !beginsAnother(password))
// What may stand between redis:// and @ by RFC 3986, 3.2.1, beside what is encoded.
const allowed = "-A-Za-z0-9._~!$&'()*+,;=:"

function passwordOf(text: string): string | undefined {
  return parseAddress(text)?.credentials.password?.reveal()
}

describe('any password', () => {
  test('that holds a character which cannot stand in an encoded one is taken as it is', () => {
    const raw = rawPasswords.filter((password) => new RegExp(`[^${allowed}%]`).test(password))

    fc.assert(
      fc.property(schemes, raw, places, (scheme, password, place) => {
        expect(passwordOf(`${scheme}:${password}@${place}`)).toBe(password)
      }),
    )
  })

  test('that holds a percent sign which encodes nothing is taken as it is', () => {
    const raw = fc
      .tuple(passwords, fc.constantFrom('%', '%4', '%zz', '% 1', '%%41', '%ff'), passwords)
      .map((parts) => parts.join(''))
      .filter((password) => !isEncoded(password) && !beginsAnother(password))

    fc.assert(
      fc.property(raw, (password) => {
        expect(passwordOf(`redis://:${password}@example`)).toBe(password)
      }),
    )
  })

  test('that would begin another address, in a list, is refused as it is and taken when encoded', () => {
    const separators = fc.constantFrom(',', ', ', ';', ' ', '\n')
    const named = fc.constantFrom('redis', 'rediss', 'http', 'A')
    const both = fc
      .tuple(fc.string(), separators, named, passwords)
      .map(([before, separator, scheme, behind]) => `${before}${separator}${scheme}://${behind}`)

    fc.assert(
      fc.property(both, (password) => {
        expect(parseAddress(`redis://:${password}@example`)).toBeUndefined()
        expect(passwordOf(`redis://:${encodeURIComponent(password)}@example`)).toBe(password)
      }),
      { examples: [[' A://@%\u0000']] },
    )
  })

  test('of characters that need no encoding is the same either way', () => {
    const unit = fc.constantFrom(..."abcXYZ019._~!$&'()*+,;=:-")

    fc.assert(
      fc.property(fc.string({ minLength: 1, unit }), (password) => {
        expect(passwordOf(`redis://:${password}@example`)).toBe(password)
      }),
    )
  })

  test('that is percent-encoded is decoded', () => {
    fc.assert(
      fc.property(schemes, passwords, places, (scheme, password, place) => {
        expect(passwordOf(`${scheme}:${encodeURIComponent(password)}@${place}`)).toBe(password)
      }),
    )
  })

  test('and any user that are percent-encoded are decoded', () => {
    fc.assert(
      fc.property(passwords, passwords, (user, password) => {
        const userPart = [user, password].map(encodeURIComponent).join(':')
        const credentials = parseAddress(`redis://${userPart}@example`)?.credentials

        expect([credentials?.user, credentials?.password?.reveal()]).toEqual([user, password])
      }),
    )
  })

  test('stays out of the name of the target, and of whatever prints the address', () => {
    const secrets = rawPasswords
      .filter((password) => password.length > 2)
      .map((text) => `hunter2${text}`)

    fc.assert(
      fc.property(schemes, secrets, places, (scheme, password, place) => {
        const address = parseAddress(`${scheme}user:${password}@${place}`)
        const name = address && formatEndpoint(address.endpoint)

        expect(name).toMatch(/^rediss?:\/\/(example|\[::1\]|10\.0\.0\.1):(6379|7000)$/)
        expect([inspect(address, { depth: 9 }), JSON.stringify(address)].join()).not.toContain(
          'hunter2',
        )
      }),
    )
  })
})

test('any text is either an address or none', () => {
  const texts = fc.oneof(
    fc.string({ unit: anyCharacter }),
    fc.string({
      unit: fc.constantFrom('redis://', 'unix://', '@', ':', '/', '[', ']', '%', 'a', '1'),
    }),
  )

  fc.assert(
    fc.property(texts, (text) => {
      const address = parseAddress(text)
      // What is taken for an address can be written down and read again.
      const again = address && parseAddress(formatEndpoint(address.endpoint))
      expect(again?.endpoint).toEqual(address?.endpoint)
    }),
  )
})

/** Whether what stands in a text as it is may be the end of one address and the beginning of another. */
function beginsAnother(text: string): boolean {
  return /[,;\s]\s*[a-z][a-z0-9+.-]*:\/\//i.test(text)
}

/** Whether a text is percent-encoded by the letter. */
function isEncoded(text: string): boolean {
  return text.includes('%') && new RegExp(`^(?:[${allowed}]|%[0-9A-Fa-f]{2})*$`).test(text)
}
