import { describe, expect, test } from 'vitest'
import {
  infoField,
  longestField,
  longestLine,
  lookUpInOrder,
  mostSections,
  parseInfo,
  parseInfoInSlices,
  readLines,
  sectionFields,
  sectionLines,
} from '../../src/redis/info.ts'
import { turnsDuring } from '../support/clock-of-looks.ts'
import { readFixture, recordedInfos } from '../support/fixtures.ts'

describe('reading INFO', () => {
  test.each([
    ['as the server ends its lines', '\r\n'],
    ['as others end them', '\n'],
  ])('gives the fields of each section, %s', (_case, end) => {
    const lines = ['# Server', 'redis_version:7.0.15', 'hz:10', '', '# CPU', 'used_cpu_sys:0.5', '']
    const { sections } = parseInfo(lines.join(end))

    expect([...sections]).toEqual([
      [
        'server',
        [
          ['redis_version', '7.0.15'],
          ['hz', '10'],
        ],
      ],
      ['cpu', [['used_cpu_sys', '0.5']]],
    ])
  })

  test('names sections in lower case', () => {
    const { sections, lists } = parseInfo('# Commandstats\n# search_GC\n')

    expect([...lists.keys(), ...sections.keys()]).toEqual(['commandstats', 'search_gc'])
  })

  test('takes a header as such without its blank', () => {
    expect([...parseInfo('#Server\nhz:10\n').sections]).toEqual([['server', [['hz', '10']]]])
  })

  test.each([
    ['kvrocks', '# Last scan db time: Mon Jan  5 06:07:08 2026'],
    ['kvrocks that has not looked yet', '# WARN: DBSIZE SCAN never performed yet'],
    ['Pika', '# Time:2026-01-05 06:07:08'],
    ['whoever writes no colon', '# never looked at'],
    ['whoever writes it as a title', '# Last Scan Failed'],
    ['whoever writes nothing', '#'],
  ])('takes a comment for no section, as from %s', (_server, comment) => {
    expect([...parseInfo(`# Keyspace\n${comment}\ndb0:keys=5\n`).sections]).toEqual([
      ['keyspace', [['db0', 'keys=5']]],
    ])
  })

  test('takes a title of several words for a section behind an empty line', () => {
    expect([...parseInfo('# Server\n\n# Scripting Engines\nengines_count:1\n').sections]).toEqual([
      ['server', []],
      ['scripting engines', [['engines_count', '1']]],
    ])
  })

  test.each([
    ['Commandstats', 'cmdstat_a:b', 'calls=1,usec=2'],
    ['Errorstats', 'errorstat_My:Err', 'count=1'],
    ['Latencystats', 'latency_percentiles_usec_a:b=c|d', 'p50=1.003'],
  ])('takes a name with colons as it stands in %s', (section, field, value) => {
    const info = parseInfo(`# ${section}\n${field}:${value}\n`)

    expect([...sectionLines(info, section.toLowerCase())]).toEqual([[field, value]])
  })

  test.each([
    ['a value with colons', 'os:a:b:c', ['os', 'a:b:c']],
    ['an empty value', 'config_file:', ['config_file', '']],
    ['spaces in a value', 'os:Linux 6.1.0 x86_64', ['os', 'Linux 6.1.0 x86_64']],
    ['a field with a bar', 'cmdstat_config|get:calls=1', ['cmdstat_config|get', 'calls=1']],
  ])('takes %s as it stands', (_case, line, field) => {
    expect(parseInfo(`# A\n${line}\n`).sections.get('a')).toEqual([field])
  })

  test.each(['', '\n', ' '])('passes over the line %j', (line) => {
    expect(parseInfo(`# A\n${line}\n`)).toMatchObject({
      sections: new Map([['a', []]]),
      anywhere: new Map(),
      oddLines: new Map(),
    })
  })

  test.each(['no colon', ':no name', '\u0000', 'LOADING Redis is loading'])(
    'takes the line %j for no field, and keeps it apart',
    (line) => {
      const { sections, oddLines } = parseInfo(`# A\n${line}\n`)

      expect(sections.get('a')).toEqual([])
      expect(oddLines.get('a')).toEqual([line])
    },
  )

  test('keeps a name that comes more than once, in order', () => {
    const text = '# Modules\nmodule:name=a\nmodule:name=b\n'

    expect(parseInfo(text).sections.get('modules')).toEqual([
      ['module', 'name=a'],
      ['module', 'name=b'],
    ])
  })

  test('joins a section that comes in parts', () => {
    expect(parseInfo('# A\nx:1\n# B\ny:2\n# A\nz:3\n').sections.get('a')).toEqual([
      ['x', '1'],
      ['z', '3'],
    ])
  })

  test('puts fields before any section, as CLUSTER INFO has them, under an empty name', () => {
    expect([...parseInfo('cluster_state:ok\r\n').sections]).toEqual([
      ['', [['cluster_state', 'ok']]],
    ])
  })

  test('finds nothing in nothing', () => {
    expect(parseInfo('')).toMatchObject({ sections: new Map(), anywhere: new Map() })
  })

  test('rejects a line that is too long, and goes on behind it', () => {
    const text = `# A\r\nx:${'1'.repeat(longestLine)}\r\ny:2\r\n`
    const { sections, rejected } = parseInfo(text)

    expect(sections.get('a')).toEqual([['y', '2']])
    expect(rejected).toEqual(['a'])
  })

  test('rejects a name that is too long', () => {
    const { sections, rejected } = parseInfo(`# A\r\n${'x'.repeat(longestField + 1)}:1\r\n`)

    expect(sections.get('a')).toEqual([])
    expect(rejected).toEqual(['a'])
  })

  test('rejects what stands in more sections than any server has', () => {
    const headers = Array.from({ length: mostSections + 1 }, (_, index) => `# S${index}\nx:1\n`)
    const { sections, rejected } = parseInfo(headers.join(''))

    expect(sections.size).toBe(mostSections)
    expect(rejected).toEqual([`s${mostSections}`])
  })

  describe('of many lines', () => {
    const read = (line: (index: number) => string, count: number) => {
      const lines = Array.from({ length: count }, (_, index) => line(index))
      const { sections, rejected } = parseInfo(`# A\r\n${lines.join('\r\n')}\r\n`)
      return { fields: sections.get('a')?.length, rejected }
    }

    test('has room for all that are of usual length', () => {
      const line = (index: number) => `errorstat_${'E'.repeat(20)}${index}:count=1`

      expect(read(line, 2 * readLines)).toEqual({ fields: 2 * readLines, rejected: [] })
    })

    test('reads no more than some where they are short, and tells that once', () => {
      expect(read((index) => `f${index}:1`, readLines)).toMatchObject({ rejected: ['a'] })
      expect(read((index) => `f${index}:1`, 2 * readLines)).toEqual({
        fields: readLines - 1,
        rejected: ['a'],
      })
      expect(read(() => '', 20 * readLines)).toEqual({ fields: 0, rejected: ['a'] })
      expect(read(() => 'x', 20 * readLines).rejected.length).toBeLessThan(2 * readLines)
    })
  })

  test('is the same in slices, wherever they end', async () => {
    const lines = Array.from({ length: 10_000 }, (_, index) => `field${index}:${index}`)
    const text = `# A\r\n${lines.join('\r\n')}\r\n# B\r\nlast:1`
    const info = await parseInfoInSlices(text)

    expect(info).toEqual(parseInfo(text))
    expect(info.sections.get('a')?.length).toBe(10_000)
    expect(info.sections.get('b')).toEqual([['last', '1']])
  })

  test('lets others have their turn while it is long', async () => {
    const turns = await turnsDuring(() => parseInfoInSlices('a:1\r\n'.repeat(200_000)))

    // A megabyte in pieces of 16 kB, of which some go into a turn.
    expect(turns).toBeGreaterThan(10)
  })

  test('takes no field name for a property of an object', () => {
    const { anywhere } = parseInfo('__proto__:1\nconstructor:2\n')

    expect([...anywhere]).toEqual([
      ['__proto__', '1'],
      ['constructor', '2'],
    ])
  })

  test.each(recordedInfos)('loses no field of %s', (path) => {
    const text = readFixture(path)
    const { sections, lists } = parseInfo(text)
    const fields = [...sections.values(), ...lists.values()].flatMap((lines) => [...lines])

    expect(fields.map(([field, value]) => `${field}:${value}`).sort()).toEqual(
      text
        .split('\r\n')
        .filter((line) => line.includes(':'))
        .sort(),
    )
  })
})

describe('lines that are looked up in order', () => {
  const lines = ['a:1', 'b:2', 'c:3', 'd:4'].map((line) => `cmdstat_${line}`)
  const lookUp = () =>
    lookUpInOrder(sectionLines(parseInfo(`# Commandstats\n${lines.join('\n')}\n`), 'commandstats'))

  test.each([
    ['in their order', 'abcd'],
    ['in their order, but for some', 'bd'],
    ['in another order', 'dacb'],
  ])('are found %s', (_how, names) => {
    const find = lookUp()
    const found = [...names].map((name) => find(`cmdstat_${name}`))

    expect(found).toEqual([...names].map((name) => `${'abcd'.indexOf(name) + 1}`))
  })

  test('are found behind one that is not there', () => {
    const find = lookUp()

    expect(['x', 'c', 'x', 'a'].map((name) => find(`cmdstat_${name}`))).toEqual([
      ...[undefined, '3', undefined, '1'],
    ])
  })
})

describe('a field is found', () => {
  test('in its own section first', () => {
    expect(infoField(parseInfo('# A\nx:1\n# B\nx:2\n'), 'b', 'x')).toBe('2')
  })

  test('in any other section when its own lacks it', () => {
    expect(infoField(parseInfo('# A\nx:1\n# B\ny:2\n'), 'b', 'x')).toBe('1')
  })

  test('in the first of several others', () => {
    expect(infoField(parseInfo('# A\nx:1\n# B\nx:2\n'), 'c', 'x')).toBe('1')
  })

  test('nowhere when nobody sent it', () => {
    expect(infoField(parseInfo('# A\nx:1\n'), 'a', 'y')).toBeUndefined()
  })

  test.each(['Commandstats', 'Errorstats', 'Latencystats'])('nowhere in the list %s', (section) => {
    const info = parseInfo(`# ${section}\nused_memory:1\n`)

    expect(infoField(info, 'memory', 'used_memory')).toBeUndefined()
    expect(infoField(info, section.toLowerCase(), 'used_memory')).toBeUndefined()
  })

  test.each(['Hotkeys', 'Keyspace'])('in %s only when that section is asked for', (section) => {
    const info = parseInfo(`# ${section}\nused_memory:1\n`)

    expect(infoField(info, 'memory', 'used_memory')).toBeUndefined()
    expect(infoField(info, section.toLowerCase(), 'used_memory')).toBe('1')
  })

  test('nowhere else for a section that stands apart: there it is another thing', () => {
    expect(infoField(parseInfo('# Memory\nused_memory:1\n'), 'hotkeys', 'used_memory')).toBe(
      undefined,
    )
  })
})

test('the fields of a section by name hold the last value of each', () => {
  expect([...sectionFields(parseInfo('# A\nx:1\ny:2\nx:3\n'), 'a')]).toEqual([
    ['x', '3'],
    ['y', '2'],
  ])
})

test('a section that is not there has no fields', () => {
  expect(sectionFields(parseInfo('# A\nx:1\n'), 'b').size).toBe(0)
})
