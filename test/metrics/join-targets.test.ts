import { expect, test } from 'vitest'
import { joinTargets, targetPairs } from '../../src/metrics/join-targets.ts'
import { leastStall } from '../support/event-loop.ts'
import { checkExposition } from '../support/exposition.ts'
import { unindented } from '../support/unindented.ts'

async function joined(
  targets: Parameters<typeof joinTargets>[0],
  isWanted?: (family: string) => boolean,
): Promise<string> {
  const pieces: Buffer[] = []
  for await (const piece of joinTargets(targets, isWanted)) pieces.push(piece)
  return Buffer.concat(pieces).toString()
}

const target = (name: string, ...texts: string[]) => ({
  pairs: targetPairs('target', name, {}),
  pieces: texts.map((one) => Buffer.from(one)),
})

const up = (value: number) => `# HELP up Whether (it)\n# TYPE up gauge\nup ${value}\n`
const keys = '# HELP keys Keys (it)\n# TYPE keys gauge\nkeys{db="db0"} 1\nkeys{db="db1"} 2\n'

test('writes each family once, families by name, with its target in every series', async () => {
  expect(await joined([target('a', up(1) + keys), target('b', up(0))])).toBe(unindented`
    # HELP keys Keys (it)
    # TYPE keys gauge
    keys{target="a",db="db0"} 1
    keys{target="a",db="db1"} 2
    # HELP up Whether (it)
    # TYPE up gauge
    up{target="a"} 1
    up{target="b"} 0
  `)
})

test('adds the labels of a target behind its name, escaped', async () => {
  const labels = { env: 'prod', team: 'a "b"\\\n{c} d' }
  const pairs = targetPairs('instance', 'x', labels)

  expect(await joined([{ pairs, pieces: [Buffer.from(up(1))] }])).toContain(
    '\nup{instance="x",env="prod",team="a \\"b\\"\\\\\\n{c} d"} 1\n',
  )
})

test('keeps values of labels as they are, whatever they hold', async () => {
  const odd = '# HELP a b\n# TYPE a gauge\na{b="c{ d=\\"e\\" # HELP \\\\"} 1\na{b="ü\u{1f600}"} 2\n'

  expect(await joined([target('t', odd)])).toBe(odd.replaceAll('a{', 'a{target="t",'))
})

test('leaves series as they are where there are no labels', async () => {
  expect(await joined([{ pairs: [], pieces: [Buffer.from(keys + up(1))] }])).toBe(keys + up(1))
})

test('goes on with a family in the next piece of a target', async () => {
  const [head = '', tail = ''] = [
    keys.slice(0, keys.indexOf('keys{db="db1"')),
    'keys{db="db1"} 2\n',
  ]

  expect(await joined([target('a', head, tail, up(1)), target('b', keys)])).toBe(
    (await joined([target('a', keys), target('b', keys)])) + (await joined([target('a', up(1))])),
  )
})

test('writes histograms and summaries under their family', async () => {
  const both =
    '# HELP h it\n# TYPE h histogram\nh_bucket{le="1"} 1\nh_bucket{le="+Inf"} 1\nh_sum 1\nh_count 1\n' +
    '# HELP s it\n# TYPE s summary\ns{quantile="0.5"} 1\ns_sum 1\ns_count 1\n'

  const all = await joined([target('a', both), target('b', both)])
  expect(checkExposition(all)).toEqual([])
  expect(all).toContain('h_bucket{target="b",le="+Inf"} 1\nh_sum{target="b"} 1\n')
})

test('leaves out families that nobody wants, with their headers', async () => {
  const all = [target('a', keys + up(1)), target('b', keys + up(0))]

  expect(await joined(all, (family) => family === 'up')).toBe(
    '# HELP up Whether (it)\n# TYPE up gauge\nup{target="a"} 1\nup{target="b"} 0\n',
  )
})

test('is nothing for no target, and for targets of which nothing is known', async () => {
  expect(await joined([])).toBe('')
  expect(await joined([target('a')])).toBe('')
})

test('takes lines longer than all of its pieces', async () => {
  const long = `# HELP a b\n# TYPE a gauge\na{b="${'x'.repeat(300_000)}"} 1\na{b="y"} 1\n`

  expect(await joined([target('t', long), target('u', up(1))])).toBe(
    long.replaceAll('a{', 'a{target="t",') + up(1).replace('up 1', 'up{target="u"} 1'),
  )
})

test('does not hold the event loop, however many targets there are', async () => {
  const lines = Array.from({ length: 500 }, (_, index) => `keys{db="db${index}"} ${index}\n`)
  const families = `# HELP keys Keys (it)\n# TYPE keys gauge\n${lines.join('')}`
  const all = Array.from({ length: 400 }, (_, index) => target(`target-${index}`, families))

  let bytes = 0
  const stall = await leastStall(20, async () => {
    for await (const piece of joinTargets(all)) bytes += piece.length
  })
  expect(bytes).toBeGreaterThan(400 * families.length)
  expect(stall).toBeLessThan(20)
})
