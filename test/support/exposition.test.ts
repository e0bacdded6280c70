import { describe, expect, test } from 'vitest'
import { checkExposition, parseExposition, sampleValue } from './exposition.ts'

const proper = `# HELP redis_up Whether the "server" answered, a \\\\ and a\\nline break.
# TYPE redis_up gauge
redis_up 1
# A remark of no meaning.

# TYPE redis_commands_total counter
redis_commands_total{cmd="get"} 5 1700000000000
redis_commands_total{cmd="a \\"b\\" \\\\ \\n }, {x=\\"1\\"",db="db0",} 1.5e3
# TYPE redis_latency_seconds histogram
redis_latency_seconds_bucket{cmd="get",le="0.001"} 1
redis_latency_seconds_bucket{cmd="get",le="+Inf"} 3
redis_latency_seconds_sum{cmd="get"} 0.25
redis_latency_seconds_count{cmd="get"} 3
redis_latency_seconds_bucket{cmd="set",le="0.001"} 0
redis_latency_seconds_bucket{cmd="set",le="+Inf"} 0
redis_latency_seconds_sum{cmd="set"} 0
redis_latency_seconds_count{cmd="set"} 0
# TYPE redis_pause_seconds summary
redis_pause_seconds{quantile="0.5"} NaN
redis_pause_seconds{quantile="0.99"} 2
redis_pause_seconds_sum 4
redis_pause_seconds_count 2
# TYPE redis_words_count gauge
redis_words_count{} -Inf
`

describe('reading a body', () => {
  test('gives families with their types, help texts and samples in the order of the body', () => {
    const families = parseExposition(proper)

    expect(families.map(({ name, type, samples }) => [name, type, samples.length])).toEqual([
      ['redis_up', 'gauge', 1],
      ['redis_commands_total', 'counter', 2],
      ['redis_latency_seconds', 'histogram', 8],
      ['redis_pause_seconds', 'summary', 4],
      ['redis_words_count', 'gauge', 1],
    ])
    expect(families[0]?.help).toBe('Whether the "server" answered, a \\ and a\nline break.')
    expect(families[1]?.help).toBeUndefined()
  })

  test('takes labels out of their quotes and escapes', () => {
    expect(parseExposition(proper)[1]?.samples).toEqual([
      {
        name: 'redis_commands_total',
        labels: { cmd: 'get' },
        value: 5,
        timestamp: 1_700_000_000_000,
      },
      {
        name: 'redis_commands_total',
        labels: { cmd: 'a "b" \\ \n }, {x="1"', db: 'db0' },
        value: 1_500,
      },
    ])
  })

  test.each([
    ['1', 1],
    ['-0.5', -0.5],
    ['+1e-3', 0.001],
    ['.5', 0.5],
    ['5.', 5],
    ['NaN', Number.NaN],
    ['Nan', Number.NaN],
    ['+Inf', Number.POSITIVE_INFINITY],
    ['-Inf', Number.NEGATIVE_INFINITY],
  ])('reads the value %s', (text, value) => {
    expect(sampleValue(parseExposition(`a ${text}\n`), 'a')).toBe(value)
  })

  test('finds a sample by its name and some of its labels', () => {
    const families = parseExposition(proper)

    expect(sampleValue(families, 'redis_latency_seconds_count', { cmd: 'get' })).toBe(3)
    expect(sampleValue(families, 'redis_latency_seconds_count', { cmd: 'del' })).toBeUndefined()
    expect(sampleValue(families, 'redis_latency_seconds')).toBeUndefined()
  })

  test('calls what has no TYPE untyped, and an empty body empty', () => {
    expect(parseExposition('a_count 1\n')).toEqual([
      {
        name: 'a_count',
        type: 'untyped',
        help: undefined,
        samples: [{ name: 'a_count', labels: {}, value: 1 }],
      },
    ])
    expect(parseExposition('')).toEqual([])
  })
})

const malformed: readonly (readonly [fault: string, body: string | Uint8Array, said: string])[] = [
  ['no newline at the end', 'a 1', 'does not end with a newline'],
  ['a carriage return', 'a 1\r\n', 'bad value "1\\r"'],
  ['a metric name with a digit in front', '1a 1\n', 'bad metric name'],
  ['a metric name with a hyphen', 'a-b 1\n', 'bad value'],
  ['a byte order mark', new Uint8Array([0xef, 0xbb, 0xbf, ...bytes('a 1\n')]), 'bad metric name'],
  ['no value', 'a\n', 'bad value'],
  ['no value after labels', 'a{b="c"}\n', 'bad value'],
  ['a word for a value', 'a one\n', 'bad value "one"'],
  ['a hexadecimal value', 'a 0x10\n', 'bad value "0x10"'],
  ['a value with a thousands separator', 'a 1_000\n', 'bad value "1_000"'],
  ['a decimal comma', 'a 1,5\n', 'bad value "1,5"'],
  ['the word undefined', 'a undefined\n', 'bad value "undefined"'],
  ['a timestamp that is no whole number', 'a 1 1.5\n', 'bad value or timestamp'],
  ['words behind the timestamp', 'a 1 2 3\n', 'bad value or timestamp'],
  ['an unknown escape in a label', 'a{b="\\t"} 1\n', 'bad escape \\t'],
  ['a quote that is not escaped', 'a{b="c"d"} 1\n', 'bad label at column 3'],
  ['a label that is not closed', 'a{b="c} 1\n', 'bad label at column 3'],
  ['a newline in a label', 'a{b="c\nd"} 1\n', 'bad label at column 3'],
  ['a label without quotes', 'a{b=c} 1\n', 'bad label at column 3'],
  ['a label name with a hyphen', 'a{b-c="d"} 1\n', 'bad label at column 3'],
  ['a label name with a colon', 'a{b:c="d"} 1\n', 'bad label at column 3'],
  ['labels without a comma', 'a{b="c" d="e"} 1\n', 'bad label at column 3'],
  ['a comma alone', 'a{,} 1\n', 'bad label at column 3'],
  ['a brace that is not closed', 'a{b="c", 1\n', 'bad label at column 9'],
  ['a label given twice', 'a{b="c",b="d"} 1\n', 'label b is given twice'],
  ['an unknown type', '# TYPE a number\na 1\n', 'unknown type "number"'],
  ['a type without a word', '# TYPE a\na 1\n', 'unknown type ""'],
  ['a TYPE of a bad name', '# TYPE a-b gauge\n', 'bad metric name after TYPE'],
  ['a HELP without a name', '# HELP\na 1\n', 'bad metric name after HELP'],
  ['an unknown escape in a help text', '# HELP a b \\" c\n', 'bad escape \\"'],
  ['a backslash at the end of a help text', '# HELP a b\\\n', 'bad escape \\'],
  ['invalid UTF-8', new Uint8Array([...bytes('a{b="'), 0xff, ...bytes('"} 1\n')]), 'not valid'],
  [
    'a cut-off character',
    new Uint8Array([...bytes('a{b="'), 0xc3, ...bytes('"} 1\n')]),
    'not valid',
  ],
  ['half a character', 'a{b="\ud83d"} 1\n', 'half a character'],
]

const wrong: readonly (readonly [fault: string, body: string, said: string])[] = [
  ['a series given twice', '# TYPE a gauge\na 1\na 1\n', 'line 3: series a{} is given twice'],
  [
    'a series given twice with its labels in another order',
    '# TYPE a gauge\na{b="1",c="2"} 1\na{c="2",b="1"} 2\n',
    'line 3: series a{b="1",c="2"} is given twice',
  ],
  [
    'a series given twice at two times',
    '# TYPE a gauge\na 1 1000\na 1 2000\n',
    'line 3: series a{} is given twice',
  ],
  [
    'a family split in two',
    '# TYPE a gauge\na{b="1"} 1\n# TYPE c gauge\nc 1\na{b="2"} 1\n',
    'line 5: family a goes on after another family',
  ],
  [
    'a family whose samples stand apart from its TYPE',
    '# TYPE a gauge\n# TYPE c gauge\na 1\nc 1\n',
    'line 3: family a goes on after another family',
  ],
  ['TYPE twice', '# TYPE a gauge\n# TYPE a gauge\na 1\n', 'line 2: second TYPE of family a'],
  [
    'HELP twice',
    '# HELP a b\n# HELP a b\n# TYPE a gauge\na 1\n',
    'line 2: second HELP of family a',
  ],
  ['TYPE after a sample', 'a 1\n# TYPE a gauge\n', 'line 2: TYPE of family a after its samples'],
  [
    'HELP after a sample',
    '# TYPE a gauge\na 1\n# HELP a b\n',
    'line 3: HELP of family a after its samples',
  ],
  ['no TYPE', 'a 1\n', 'line 1: family a has no TYPE'],
  ['HELP without TYPE', '# HELP a b\na 1\n', 'line 1: family a has no TYPE'],
  [
    'a suffix that the type does not have',
    '# TYPE a counter\na_sum 1\n',
    'line 2: family a_sum has no TYPE',
  ],
  [
    'a bucket of a summary',
    '# TYPE a summary\na_bucket{le="1"} 1\na_sum 1\na_count 1\n',
    'no TYPE',
  ],
  ['a reserved label', '# TYPE a gauge\na{__b="c"} 1\n', 'line 2: label __b is reserved'],
  ['a negative counter', '# TYPE a counter\na -1\n', 'line 2: counter a{} is -1'],
  ['a counter that is no number', '# TYPE a counter\na NaN\n', 'line 2: counter a{} is NaN'],
  ['a histogram without +Inf', histogram('le="1"} 2'), 'histogram a{}: no bucket +Inf'],
  ['a histogram without buckets', histogram(), 'histogram a{}: no bucket +Inf'],
  [
    'bounds that fall',
    histogram('le="2"} 1', 'le="1"} 1', 'le="+Inf"} 2'),
    'histogram a{}: le does not rise: 2 1 +Inf',
  ],
  [
    'one bound in two spellings',
    histogram('le="1"} 1', 'le="1.0"} 1', 'le="+Inf"} 2'),
    'histogram a{}: le does not rise: 1 1.0 +Inf',
  ],
  ['a bound that is no number', histogram('le="x"} 1', 'le="+Inf"} 2'), 'le is no number'],
  [
    'buckets that do not add up',
    histogram('le="1"} 2', 'le="2"} 1', 'le="+Inf"} 2'),
    'histogram a{}: buckets do not add up: 2 1 2',
  ],
  ['a negative bucket', histogram('le="1"} -1', 'le="+Inf"} 2'), 'buckets do not add up: -1 2'],
  [
    'a +Inf bucket that is not the count',
    histogram('le="1"} 1', 'le="+Inf"} 1'),
    'histogram a{}: bucket +Inf is 1, _count is 2',
  ],
  [
    'a histogram without a count',
    '# TYPE a histogram\na_bucket{le="+Inf"} 1\na_sum 1\n',
    'histogram a{}: no a_count',
  ],
  ['a summary without a sum', '# TYPE a summary\na_count 1\n', 'summary a{}: no a_sum'],
  [
    'a second histogram of other labels without its parts',
    `${histogram('le="+Inf"} 2')}a_bucket{b="c",le="+Inf"} 1\n`,
    'histogram a{b="c"}: no a_count',
  ],
  [
    'a bucket without a bound',
    histogram('b="c"} 1', 'le="+Inf"} 2'),
    'line 2: a_bucket is no proper',
  ],
  [
    'a bound on a count',
    `${histogram('le="+Inf"} 2')}a_count{le="1"} 1\n`,
    'line 5: a_count is no',
  ],
  [
    'a histogram with a bare sample',
    `${histogram('le="+Inf"} 2')}a 1\n`,
    'line 5: a is no proper part of histogram a',
  ],
  [
    'a summary without a quantile label',
    '# TYPE a summary\na 1\na_sum 1\na_count 1\n',
    'line 2: a is no proper part of summary a',
  ],
  ['a summary without a count', '# TYPE a summary\na_sum 1\n', 'summary a{}: no a_count'],
  [
    'quantiles that fall',
    '# TYPE a summary\na{quantile="0.9"} 1\na{quantile="0.5"} 1\na_sum 1\na_count 1\n',
    'summary a{}: quantile does not rise: 0.9 0.5',
  ],
]

describe('checking a body', () => {
  test('finds nothing wrong with a proper one', () => {
    expect(checkExposition(proper)).toEqual([])
    expect(checkExposition(bytes(proper))).toEqual([])
    expect(checkExposition('')).toEqual([])
  })

  test.each(malformed)('refuses %s', (_fault, body, said) => {
    expect(() => parseExposition(body)).toThrow(said)
    expect(checkExposition(body)).toEqual([expect.stringContaining(said)])
  })

  test.each(wrong)('finds %s', (_fault, body, said) => {
    expect(() => parseExposition(body)).not.toThrow()
    expect(checkExposition(body)).toContainEqual(expect.stringContaining(said))
  })

  test('names the line of what is malformed', () => {
    expect(() => parseExposition('a 1\nb two\n')).toThrow('line 2: bad value "two": b two')
  })
})

/** A histogram `a` that counted 2, with buckets as told. */
function histogram(...buckets: readonly string[]): string {
  const lines = buckets.map((bucket) => `a_bucket{${bucket}\n`)
  return `# TYPE a histogram\n${lines.join('')}a_sum 3\na_count 2\n`
}

function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text)
}
