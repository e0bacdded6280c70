import { expect, test } from 'vitest'
import { createPrepareServed } from '../../src/http/prepare-served.ts'
import { storeBody } from '../../src/metrics/encoded-body.ts'

const served = (text: string) => ({ bodies: [storeBody(text)], revision: text })

test('what is served twice in a row is put in a row once', () => {
  const prepare = createPrepareServed()
  const one = served('a 1\n')

  expect(prepare(one)).toBe(prepare(one))
})

test('each is given its own, also where they are served by turns', () => {
  const prepare = createPrepareServed()
  const [one, other] = [served('a 1\n'), served('b 2\n')]
  const texts = [one, other, one].map((each) =>
    Buffer.concat([...prepare(each).plain()]).toString(),
  )

  expect(texts).toEqual(['a 1\n', 'b 2\n', 'a 1\n'])
})
