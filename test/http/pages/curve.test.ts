import { expect, test } from 'vitest'
import { curveOf, rangeOf } from '../../../src/http/pages/curve.ts'
import { readPage } from '../../support/page-text.ts'

const none = Number.NaN

async function drawn(
  values: readonly number[],
  size: 'small' | 'large' = 'small',
  top?: number,
): Promise<ReturnType<typeof readPage>> {
  const curve = curveOf(
    { values, stepMilliseconds: 15_000 },
    { label: 'Clients', textOf: String, size, ...(top === undefined ? {} : { top }) },
  )
  return readPage(String(await curve))
}

async function pathsOf(...given: Parameters<typeof drawn>): Promise<readonly string[]> {
  const { root } = await drawn(...given)
  return root.querySelectorAll('path').map((path) => path.getAttribute('d') ?? '')
}

test('a curve goes from value to value, the largest near the upper end', async () => {
  // 24 units high, one of them left free above and below.
  expect(await pathsOf([0, 5, 10])).toEqual(['M0 23l1-11 1-11'])
})

test('where the largest possible value is known, it is the upper end', async () => {
  expect(await pathsOf([0.5, 0.5], 'small', 1)).toEqual(['M0 12l1 0'])
})

test('a gap is a gap, and a value alone a dot', async () => {
  expect(await pathsOf([10, none, none, 10, 10, none])).toEqual(['M0 1h0M3 1l1 0'])
})

test('nothing but 0 lies on the ground', async () => {
  expect(await pathsOf([0, 0])).toEqual(['M0 23l1 0'])
})

test('a large one has an area below it', async () => {
  expect(await pathsOf([0, 10], 'large')).toEqual(['M0 100V99l1-98V100Z', 'M0 99l1-98'])
})

test('many values share a point, of which the largest is drawn', async () => {
  const values = Array.from({ length: 240 }, (_, index) => (index === 101 ? 10 : 0))
  const [path = ''] = await pathsOf(values)

  expect(path.match(/1[ -]\d+/g)).toHaveLength(59)
  expect(path).toContain('1-22 1 22')
})

test('who does not see it hears what it shows', async () => {
  const { root } = await drawn([3, none, 7])
  const svg = root.querySelector('svg')

  expect(svg?.getAttribute('role')).toBe('img')
  expect(svg?.getAttribute('aria-label')).toBe('Clients, last hour: 3 to 7')
})

test('one without values says so', async () => {
  expect((await drawn([none, none])).text()).toBe('Clients: no values yet')
})

test('the range is that of what is known', () => {
  expect(rangeOf({ values: [none, 5, 2, none], stepMilliseconds: 1 })).toEqual([2, 5])
  expect(rangeOf({ values: [none], stepMilliseconds: 1 })).toBeUndefined()
})
