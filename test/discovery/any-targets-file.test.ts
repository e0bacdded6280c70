import fc from 'fast-check'
import { expect, test } from 'vitest'
import { allOptions } from '../../src/config/all-options.ts'
import { createTargetReader } from '../../src/config/target-reader.ts'
import { readTargetsFile } from '../../src/discovery/read-targets-file.ts'
import { anyCharacter } from '../support/any-character.ts'
import { configured } from '../support/configured.ts'
import { allCollectors } from '../support/registry.ts'

const secret = 'hunter2'
const { targetDefaults } = configured([])

async function read(text: string) {
  const rules = { reader: createTargetReader(targetDefaults), takenLabels: new Set(['db']) }
  const { targets, mistakes } = await readTargetsFile(text, rules)
  return { targets: [...targets.values()], mistakes }
}

const flags = Object.values(allOptions(allCollectors)).flatMap((option) => option.flags)
const names = fc.constantFrom('address', 'alias', 'labels', 'user', 'password-file', ...flags)
const scalar = fc.oneof(
  fc.string({ unit: anyCharacter }),
  fc.integer(),
  fc.double(),
  fc.boolean(),
  fc.constantFrom(null, '', 'one', 'redis://one:6379/3', '15s', 'a*,db3=b*', '-'),
)
const value = fc.oneof(scalar, fc.array(scalar), fc.dictionary(fc.string(), scalar))
const entry = fc.dictionary(fc.oneof(names, fc.string()), value, { maxKeys: 8 })
const file = fc.oneof(
  fc.record({ defaults: entry, targets: fc.array(entry) }, { requiredKeys: ['targets'] }),
  fc.array(fc.record({ targets: fc.array(scalar), labels: entry }, { requiredKeys: [] })),
  fc.jsonValue(),
)

test('whatever stands in a file is read or told, each mistake in one line with its place', async () => {
  await fc.assert(
    fc.asyncProperty(file, async (content) => {
      const text = JSON.stringify(content)
      const { targets, mistakes } = await read(text)

      for (const { line, path, what } of mistakes) {
        expect(line).toBe(1)
        expect(`${path}: ${what}`).toMatch(/^[^\n\r\u2028\u2029]+$/)
      }
      for (const { name, address, labels } of targets)
        for (const word of [name, address, ...Object.values(labels)])
          expect(typeof word).toBe('string')
    }),
  )
})

test('any text at all is read or told', async () => {
  const pieces = fc.constantFrom(
    '- ',
    'targets:',
    '\n',
    '  ',
    '{',
    '}',
    '[',
    ']',
    '"',
    "'",
    ':',
    '&a ',
    '*a',
    '!x',
    '|',
    '>',
    '#',
    '%',
    '---',
    'a',
  )
  const text = fc.oneof(
    fc.string({ unit: anyCharacter }),
    fc.array(pieces).map((some) => some.join('')),
  )
  await fc.assert(
    fc.asyncProperty(text, async (content) => {
      const { targets, mistakes } = await read(content)

      expect(targets.length === 0 || mistakes.length === 0).toBe(true)
    }),
  )
})

test('no password is shown, wherever somebody wrote it', async () => {
  const place = fc.constantFrom(
    (word: string) => ({ address: `redis://user:${word}@one` }),
    (word: string) => ({ address: `redis://:${word}@one:what` }),
    (word: string) => ({ address: `:${word}@one two` }),
    (word: string) => ({ address: 'one', password: word }),
    (word: string) => ({ address: 'one', 'redis.password': { nested: word } }),
    (word: string) => ({ address: 'one', 'password-command': `echo ${word} | cat` }),
    (word: string) => ({ address: 'one', 'password-command': ['echo', [word]] }),
  )
  const before = fc.string({ unit: anyCharacter, maxLength: 5 })
  await fc.assert(
    fc.asyncProperty(place, before, before, async (make, some, more) => {
      const { mistakes } = await read(JSON.stringify({ targets: [make(some + secret + more)] }))

      expect(mistakes).not.toEqual([])
      expect(JSON.stringify(mistakes)).not.toContain(secret)
    }),
  )
})
