import { expect, test } from 'vitest'
import { type AddressIndex, createAddressIndex } from '../../src/targets/address-index.ts'

const target = (name: string, address: string) => ({ name, address })

const at = (index: AddressIndex<ReturnType<typeof target>>, address: string, exact = true) =>
  index.at(address, exact)?.name

test('a target is found by its name, and by its address in any spelling', () => {
  const index = createAddressIndex([target('cache', 'redis://cache.example.com:6379')])

  expect(index.named('cache')?.address).toBe('redis://cache.example.com:6379')
  expect(at(index, 'redis://CACHE.example.com:6379')).toBe('cache')
  expect(at(index, 'redis://other:6379')).toBeUndefined()
  expect(index.size).toBe(1)
})

test('by a place alone, the one without TLS is found while it is there', () => {
  const plain = target('plain', 'redis://a:6379')
  const index = createAddressIndex([target('secured', 'rediss://a:6379'), plain])
  expect(at(index, 'rediss://a:6379', false)).toBe('plain')
  expect(at(index, 'rediss://a:6379')).toBe('secured')
  index.remove(plain)

  expect(at(index, 'redis://a:6379', false)).toBe('secured')
  expect(at(index, 'redis://a:6379')).toBeUndefined()
})

test('of two spellings of an address, one stays when the other goes', () => {
  const [one, other] = [target('one', 'redis://a:6379'), target('other', 'redis://A:6379')]
  const index = createAddressIndex([one, other])
  expect(at(index, 'redis://a:6379')).toBe('other')
  index.remove(other)
  expect(at(index, 'redis://a:6379')).toBe('one')
  index.remove(one)

  expect([at(index, 'redis://a:6379'), index.size, [...index.addresses()]]).toEqual([
    undefined,
    0,
    [],
  ])
})

test('one that goes takes no other with it that has its name by now', () => {
  const [before, after] = [target('cache', 'redis://a:6379'), target('cache', 'redis://b:6379')]
  const index = createAddressIndex([before])
  index.add(after)
  index.remove(before)

  expect(index.named('cache')).toBe(after)
  expect(at(index, 'redis://a:6379')).toBeUndefined()
})
