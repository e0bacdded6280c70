import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Document, Parser, parseDocument } from 'yaml'
import { composeInSlices } from '../../src/discovery/compose-in-slices.ts'

/** What a text holds, and the codes and lines of what is wrong with it. */
async function inSlices(text: string) {
  const { contents, errors } = await composeInSlices([...new Parser().parse(text)], text.length)
  const document = new Document()
  document.contents = contents as never
  return { errors: placed(errors, text), value: valueIn(document) }
}

function atOnce(text: string) {
  const document = parseDocument(text, { prettyErrors: false })
  return { errors: placed(document.errors, text), value: valueIn(document) }
}

type Errors = readonly { readonly code: string; readonly pos: readonly [number, number] }[]

function placed(errors: Errors, text: string) {
  const lineOf = (offset: number) => text.slice(0, offset).split('\n').length
  return errors
    .map(({ code, pos: [at] }) => ({ line: lineOf(at), code }))
    .sort((one, other) => one.line - other.line)
}

function valueIn(document: { toJS(): unknown }): unknown {
  return JSON.parse(JSON.stringify(document.toJS() ?? null))
}

const entries = Array.from({ length: 160 }, (_, n) => ({ address: `host${n}`, labels: { n } }))
const block = entries.map(({ address }) => `- address: ${address}\n  labels: {a: b}\n`)
const json = `[\n${entries.map((one) => JSON.stringify(one)).join(',\n')}\n]`

describe('a long list is what it is when it is composed in one go', () => {
  test.each([
    ['as the whole text', block.join('')],
    ['under a name', `defaults: {a: b}\ntargets:\n${block.join('')}`],
    [
      'indented under a name',
      `targets:\n${block.join('').replaceAll(/^/gm, '  ').trimEnd()}\nlast: x`,
    ],
    [
      'with comments',
      `# a\n${block.map((one) => `# before\n${one}  # behind\n`).join('\n')}# last`,
    ],
    ['in JSON', json],
    ['in JSON under a name', `{"defaults": {}, "targets": ${json}, "last": 1}`],
    ['in JSON of many lines', JSON.stringify({ targets: entries }, null, 2)],
    ['in brackets with a comma at its end', `[${entries.map((_, n) => n)},]`],
    ['in a group in JSON', JSON.stringify([{ targets: entries, labels: { a: 'b' } }])],
    ['in a group of many lines', JSON.stringify([{ targets: entries, labels: {} }], null, 2)],
    ['in several groups', JSON.stringify([{ targets: entries }, { targets: entries.slice(60) }])],
    [
      'in many groups, some long',
      JSON.stringify(
        entries.map((_, n) => ({ targets: n % 50 === 7 ? entries : ['a', 'b'], labels: {} })),
      ),
    ],
    [
      'in a group of YAML',
      `- labels: {a: b}\n  targets:\n${entries.map(({ address }) => `    - ${address}\n`).join('')}- targets: [x]\n`,
    ],
    ['of exactly so many', `[${Array(100).fill('a')}]`],
    ['of one more', `[${Array(101).fill('a')}]`],
  ])('%s', async (_what, text) => {
    const { errors, value } = await inSlices(text)

    expect(errors).toEqual([])
    expect(value).toEqual(atOnce(text).value)
  })
})

describe('what is wrong in a long list is found where it stands', () => {
  test.each([
    [
      'a comma that is missing',
      json.replace('},\n{"address":"host100"', '}\n{"address":"host100"'),
    ],
    ['a comma too many', json.replace('},\n{"address":"host100"', '},,\n{"address":"host100"')],
    ['a bracket that is missing', json.slice(0, -1)],
    [
      'a name that stands twice',
      block.join('').replace('address: host120', 'address: a\n  address: b'),
    ],
    [
      'an entry that is out of line',
      block.join('').replace('- address: host75', ' - address: host75'),
    ],
    ['an entry without its dash', block.join('').replace('- address: host50', 'address: host50')],
    [
      'the last entry without its dash',
      block.join('').replace('- address: host159', ' address: host159'),
    ],
    ['a quote that does not end', block.join('').replace('host140', '"host140')],
  ])('%s', async (_what, text) => {
    const { errors } = await inSlices(text)

    expect(errors[0]).toEqual(atOnce(text).errors[0])
  })
})

test('whatever is wrong in a text, its first mistake is found at the same place', async () => {
  const entry = fc.constantFrom(
    '- a',
    '- b: c',
    '- [x, y]',
    '-',
    '- "h"',
    '#',
    '- {i: j}',
    '- &k l',
  )
  const other = fc.constantFrom('  d: e', '  - f', ' g', 'm', '- *k', '- [', '- "')
  const others = fc.array(fc.tuple(fc.integer({ min: 1, max: 110 }), other), {
    minLength: 1,
    maxLength: 4,
  })
  const entries = fc.array(entry, { minLength: 48, maxLength: 110 })
  await fc.assert(
    fc.asyncProperty(entries, others, fc.option(other), async (lines, more, last) => {
      const all = more.reduce<readonly string[]>(
        (some, [at, line]) => some.toSpliced(at, 0, line),
        lines,
      )
      const content = [...all, ...(last === null ? [] : [last])].join('\n')
      const { errors } = await composeInSlices([...new Parser().parse(content)], content.length)
      const whole = parseDocument(content, { prettyErrors: false })

      expect(placed(errors, content)[0]?.line).toBe(placed(whole.errors, content)[0]?.line)
    }),
    { numRuns: 50 },
  )
})
