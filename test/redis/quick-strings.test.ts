import { setFlagsFromString } from 'node:v8'
import { runInThisContext } from 'node:vm'
import { expect, it } from 'vitest'
import { quickenStrings } from '../../src/redis/quick-strings.ts'

/** Whether V8 finds the methods of texts without looking them up by name. */
function isQuick(): boolean {
  setFlagsFromString('--allow-natives-syntax')
  return runInThisContext('%HasFastProperties(String.prototype)')
}

it('a class that extends String makes all texts slow, and that is undone', () => {
  class Text extends String {}
  expect(isQuick()).toBe(false)
  quickenStrings()
  expect(isQuick()).toBe(true)
  expect(new Text('as before')).toHaveLength(9)
})
