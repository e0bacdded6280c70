import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readAuthorities } from '../../src/targets/authorities.ts'
import { type TlsCertificates, tlsCertificates } from '../support/tls-certificates.ts'

describe('of authorities', () => {
  let certificates: TlsCertificates
  let good: string
  beforeAll(async () => {
    certificates = await tlsCertificates()
    good = readFileSync(certificates.ca, 'utf8').trim()
  })
  afterAll(async () => await certificates?.[Symbol.asyncDispose]())

  const [begin, end] = ['-----BEGIN CERTIFICATE-----', '-----END CERTIFICATE-----']

  test.each([
    ['that is no certificate', `${begin}\nhunter2\n${end}`],
    ['that is empty', `${begin}\n${end}`],
    ['that is cut', `${begin}\nMIIB`],
  ])('one %s is left out, wherever it stands, and the others are usable', (_case, bad) => {
    for (const text of [`${bad}\n${good}`, `${good}\n${bad}`, `${good}\n${bad}\n${good}`]) {
      const count = text.split(good).length - 1
      expect(readAuthorities(text)).toEqual({ usable: Array(count).fill(good), leftOut: 1 })
    }
  })

  test('what stands between certificates is none of them', () => {
    const text = `# hunter2 - the first\n${good}\nsubject=/CN=-----\n${good}\n`

    expect(readAuthorities(text)).toEqual({ usable: [good, good], leftOut: 0 })
  })

  test.each(['', 'hunter2', '-----BEGIN PRIVATE KEY-----\nMIIB\n-----END PRIVATE KEY-----'])(
    'there is none in %j',
    (text) => {
      expect(readAuthorities(text)).toEqual({ usable: [], leftOut: 0 })
    },
  )

  test('a long text without an end is read in a time that is linear', () => {
    expect(readAuthorities(`${begin}\n`.repeat(20_000))).toEqual({ usable: [], leftOut: 20_000 })
  })
})
