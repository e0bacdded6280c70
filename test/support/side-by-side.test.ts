import { describe, expect, test } from 'vitest'
import { parseExposition } from './exposition.ts'
import { compare, type Exception, idleExceptions } from './side-by-side.ts'

interface Texts {
  readonly before?: string
  readonly theirs: string
  readonly after: string
}

function comparison({ before, theirs, after }: Texts, ...exceptions: readonly Exception[]) {
  const readings = {
    before: parseExposition(before ?? after),
    theirs: parseExposition(theirs),
    after: parseExposition(after),
  }
  return compare(readings, exceptions)
}

const differences = (texts: Texts, ...exceptions: readonly Exception[]) =>
  comparison(texts, ...exceptions).differences

const type = (name: string, kind = 'gauge') => `# TYPE ${name} ${kind}\n`

test('the same families, types, labels and values are no difference, in whatever order', () => {
  const theirs = `${type('a')}a{x="1",y="2"} 3\n${type('b')}b 1\n`
  const after = `${type('b')}b 1\n${type('a')}a{y="2",x="1"} 3\n`
  const { differences, families, series } = comparison({ theirs, after })

  expect(differences).toEqual([])
  expect([...families]).toEqual(['a', 'b'])
  expect([...series]).toEqual(['a{x="1",y="2"}', 'b{}'])
})

test.each<[string, Texts, string[]]>([
  ['a family', { theirs: `${type('a')}a 1\n`, after: '' }, ['a is missing']],
  ['a family of ours', { theirs: '', after: `${type('a')}a 1\n` }, ['a is only ours']],
  [
    'a type',
    { theirs: `${type('a')}a 1\n`, after: `${type('a', 'counter')}a 1\n` },
    ['a is a counter, theirs is a gauge'],
  ],
  [
    'labels',
    { theirs: 'a{x="1"} 1\na{x="2"} 1\n', after: 'a{x="1"} 1\na{x="3"} 1\n' },
    ['a{x="2"} is missing', 'a{x="3"} is only ours'],
  ],
  [
    'a value',
    { before: 'a 1\n', theirs: 'a 4\n', after: 'a 3\n' },
    ['a{} is 1, then 3; theirs is 4'],
  ],
  ['no number', { theirs: 'a NaN\n', after: 'a 3\n' }, ['a{} is 3, then 3; theirs is NaN']],
])('%s is a difference', (_case, texts, expected) => {
  expect(differences(texts)).toEqual(expected)
})

test.each<[string, Texts]>([
  ['a value that lies between ours', { before: 'a 1\n', theirs: 'a 2\n', after: 'a 3\n' }],
  ['what came up after theirs was read', { before: '', theirs: '', after: 'a 1\n' }],
  ['a counter that came up before it', { before: '', theirs: 'a_total 1\n', after: 'a_total 2\n' }],
  ['no number in both', { theirs: 'a NaN\n', after: 'a NaN\n' }],
])('%s is no difference', (_case, texts) => {
  expect(differences(texts)).toEqual([])
})

describe('an exception', () => {
  const texts = { theirs: 'a{x="1"} 1\nb 1\n', after: 'a{x="1"} 5\nc 1\n' }
  const because = 'the test wants it'

  test('stands for what it names, and is needed then', () => {
    const exceptions: readonly Exception[] = [
      { families: /^a$/, allows: { distance: 4 }, because },
      { families: /^b$/, allows: 'absence', because },
      { families: /^c$/, allows: 'presence', because },
    ]
    const { differences, needed } = comparison(texts, ...exceptions)

    expect(differences).toEqual([])
    expect(idleExceptions(exceptions, needed)).toEqual([])
  })

  test('stands for nothing else, and is idle then', () => {
    const exceptions: readonly Exception[] = [
      { families: /^a$/, allows: { distance: 3 }, because },
      { families: /^a$/, series: ({ labels }) => labels.x === '2', allows: 'any value', because },
      { families: /^b$/, allows: 'presence', because },
      { families: /^c$/, allows: 'absence', because },
    ]
    const { differences, needed } = comparison(texts, ...exceptions)

    expect(differences).toEqual([
      'a{x="1"} is 5, then 5; theirs is 1',
      'b is missing',
      'c is only ours',
    ])
    expect(idleExceptions(exceptions, needed)).toEqual(exceptions.slice(1))
  })
})
