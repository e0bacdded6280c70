import { runInNewContext } from 'node:vm'
import { transform } from 'esbuild'
import { expect, it } from 'vitest'
import { spreadByAssign, spreadByHelpers } from '../../src/build/spread-by-assign.ts'

const written = async (source: string) =>
  (await transform(source, { supported: spreadByHelpers, minifyWhitespace: true, format: 'cjs' }))
    .code

const run = (program: string): unknown => runInNewContext(program)

it('gives what the spread gives', async () => {
  const source = `
    const given = { a: 1, b: 2 }
    const more = [undefined, { c: 3, b: 4 }]
    JSON.stringify([
      { ...given, c: 5 },
      { ...given, a: 6 },
      { a: 7, ...given },
      { ...given, d: 8, ...more[0], ...more[1], e: 9 },
      { ...given, say() { return this.a } }.say(),
      { ...(more[0] && { no: 1 }), ...{ ...given, f: { ...given } } },
      given,
    ])`
  const program = spreadByAssign(await written(source))

  expect(run(program)).toBe(run(source))
  expect(program).toContain('__spreadProps=Object.assign')
  expect(program).toContain('__spreadValues=Object.assign')
  expect(program).not.toContain('...')
})

it('refuses a getter behind a spread, which would be read once', async () => {
  const program = await written('const a = { ...globalThis.b, get c() { return 1 } }; a.c')

  expect(() => spreadByAssign(program)).toThrow('a getter stands behind a spread')
})

it('refuses helpers that it does not know', async () => {
  const program = await written('const a = { ...globalThis.b, c: 1 }; a')

  expect(() => spreadByAssign(program.replace('return a}', 'return a;}'))).toThrow(/otherwise than/)
})
