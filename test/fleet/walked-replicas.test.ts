import { describe, expect, test } from 'vitest'
import { createWalkedReplicas } from '../../src/fleet/walked-replicas.ts'

type Lists = readonly (readonly string[])[]

/** Replicas of masters whose lists may change. */
function replicas(first: Lists, elsewhere: readonly string[] = []) {
  let lists = first
  const left: string[] = []
  const polls = new Map<string, { isUp: boolean; role: string }>()
  const walked = createWalkedReplicas({
    replicasBeside: (address) => lists.filter((list) => list.includes(address)),
    polled: (address) => polls.get(address),
    elsewhere: () => elsewhere.map((address) => ({ address })),
  })
  for (const name of first.flat()) walked.onLeave(name, () => left.push(name))
  function poll(name: string, isUp: boolean, role: string): void {
    const isOther = polls.get(name)?.isUp !== isUp
    polls.set(name, { isUp, role })
    walked.notePoll(name, isOther)
  }
  return {
    change(next: Lists) {
      lists = next
    },
    up: (name: string, role = 'slave') => poll(name, true, role),
    down: (name: string) => poll(name, false, ''),
    claim: walked.claim,
    forget(name: string) {
      polls.delete(name)
      walked.forget(name)
    },
    /** Those that were told to leave since the last time. */
    left: () => [...new Set(left.splice(0))].sort(),
  }
}

describe('the keys of a master are looked at', () => {
  test('in the first of its replicas that is up', () => {
    const { up, down, claim } = replicas([['a', 'b', 'c'], ['d']])
    down('a')
    for (const name of ['b', 'c', 'd']) up(name)

    expect(['a', 'b', 'c', 'd'].filter(claim)).toEqual(['b', 'd'])
  })

  test('in whatever is of no topology', () => {
    expect(replicas([['a']]).claim('other')).toBe(true)
  })

  test('in one that has not been polled yet only where none before it is up', () => {
    const { up, claim } = replicas([['a', 'b', 'c']])
    up('b')

    expect(['a', 'b', 'c'].filter(claim)).toEqual(['a', 'b'])
  })

  test('in none of ours where one before it is polled by another exporter', () => {
    const { up, down, claim } = replicas([['a', 'b', 'c']], ['b'])
    down('a')
    up('c')

    expect(claim('c')).toBe(false)
  })

  test('in the next one when the first has become master, before its topology tells', () => {
    const { up, claim, left } = replicas([['a', 'b', 'c']])
    for (const name of ['a', 'b', 'c']) up(name)
    up('a', 'master')
    left()

    // Nobody walks a master then; that it may claim to be walked harms nobody.
    expect(['a', 'b', 'c'].filter(claim)).toEqual(['a', 'b'])
    expect(left()).toEqual(['a', 'c'])
  })

  test('in the next one when the first is watched no more', () => {
    const { up, forget, claim } = replicas([['a', 'b']])
    for (const name of ['a', 'b']) up(name)
    expect(claim('b')).toBe(false)
    forget('a')

    expect(claim('b')).toBe(true)
  })
})

describe('a replica is told to leave', () => {
  test('at once when one before it comes up, and again with each poll', () => {
    const { up, left } = replicas([['a', 'b', 'c'], ['d']])
    for (const name of ['b', 'd']) up(name)
    expect(left()).toEqual(['c'])
    up('a')
    expect(left()).toEqual(['b', 'c'])
    up('a')
    expect(left()).toEqual([])
    up('b')

    expect(left()).toEqual(['b'])
  })

  test('with its next poll when the order changes, or at once when the new first one is looked at', () => {
    const { up, change, claim, left } = replicas([['a', 'b']])
    for (const name of ['a', 'b']) up(name)
    left()
    change([['b', 'a']])
    up('a')
    expect(left()).toEqual(['a'])
    change([['a', 'b']])
    claim('a')

    expect(left()).toEqual(['b'])
  })

  test('though it comes first, when another is looked at because it is down', () => {
    const { up, down, claim, left } = replicas([['a', 'b']])
    down('a')
    up('b')
    expect(left()).toEqual([])
    claim('b')

    expect(left()).toEqual(['a'])
  })

  test('by nobody that is down itself', () => {
    const { up, down, claim, left } = replicas([['a', 'b']])
    down('a')
    up('b')
    left()
    expect(claim('a')).toBe(false)

    expect(left()).toEqual([])
  })
})
