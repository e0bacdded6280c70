import fc from 'fast-check'
import { expect, test } from 'vitest'
import { UtcFormat } from '../../src/build/utc-format.ts'

// What node-cron asks for, in UTC.
const dateAndTime = {
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  weekday: 'short',
  hour12: false,
  timeZone: 'UTC',
} as const

// Midnight is hour 24 there.
const withoutLiterals = (parts: readonly { readonly type: string; readonly value: string }[]) =>
  parts
    .filter(({ type }) => type !== 'literal')
    .map(({ type, value }) => [type, value === '24' && type === 'hour' ? '00' : value])

test('the parts of a date are those of the real formatter', () => {
  const real = new Intl.DateTimeFormat('en-US', dateAndTime)
  const ours = new UtcFormat('en-US', {})
  fc.assert(
    fc.property(
      fc.date({ min: new Date(0), max: new Date('2999-12-31T23:59:59Z'), noInvalidDate: true }),
      (date) => {
        expect(withoutLiterals(ours.formatToParts(date))).toEqual(
          withoutLiterals(real.formatToParts(date)),
        )
      },
    ),
  )
})

test('the name of the zone is that of the real formatter', () => {
  const options = { timeZone: 'UTC', timeZoneName: 'shortOffset' } as const
  const nameOf = (format: Pick<UtcFormat, 'formatToParts'>) =>
    format.formatToParts(new Date()).find(({ type }) => type === 'timeZoneName')?.value
  // Not all versions of Node.js write the zero.
  const real = nameOf(new Intl.DateTimeFormat('en-US', options))?.replace('+0', '')

  expect(nameOf(new UtcFormat('en-US', options))).toBe(real)
})
