import { expect, test } from 'vitest'
import { alreadySent, LightHeaders, withoutObjects } from '../../src/build/web-classes.ts'

test('a class of which there are no objects is derived from and asked about', () => {
  const StandIn = withoutObjects('Request')
  class Derived extends StandIn {}

  expect({} instanceof StandIn).toBe(false)
  expect(Object.create(Derived.prototype) instanceof StandIn).toBe(true)
})

test('who would make an object of it is told that there is none', () => {
  const StandIn = withoutObjects('Request')
  class Derived extends StandIn {}

  for (const Class of [StandIn, Derived])
    expect(() => new Class()).toThrow('The exporter has no Request of Node.js.')
})

type Change = (headers: Headers | LightHeaders) => void

test.each<[string, Change]>([
  ['that are set', (headers) => headers.set('X-A', '1')],
  ['that are set again', (headers) => headers.set('ETAG', '"b"')],
  ['that are there twice', (headers) => headers.append('etag', '"b"')],
  ['that are new', (headers) => headers.append('Vary', 'Host')],
  ['that are taken away', (headers) => headers.delete('ETag')],
  ['that nobody touches', () => {}],
])('headers tell the same as those of Node.js, of names %s', (_, change) => {
  const init = { 'Content-Type': 'text/plain', ETag: '"a"' }
  const told = [new Headers(init), new LightHeaders(init)].map((headers) => {
    change(headers)
    const names = ['content-type', 'ETag', 'vary', 'X-A']
    return {
      all: Object.fromEntries(headers),
      each: names.map((name) => [headers.get(name), headers.has(name)]),
    }
  })

  expect(told[1]).toEqual(told[0])
})

test.each([
  ['none', undefined],
  ['pairs', [['ETag', '"a"'] as const]],
  ['others', new LightHeaders({ ETag: '"a"' })],
])('headers are made of %s', (_, init) => {
  expect([...new LightHeaders(init)]).toEqual(init ? [['etag', '"a"']] : [])
})

test('what stands for an answer that was sent is known by its header, as that of the server', () => {
  expect(alreadySent.headers instanceof LightHeaders).toBe(true)
  expect(alreadySent.headers.has('set-cookie')).toBe(false)
  expect([...alreadySent.headers]).toEqual([['x-hono-already-sent', 'true']])
  expect(alreadySent.body).toBeNull()
})
