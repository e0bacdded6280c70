import { describe, expect, test } from 'vitest'
import { linesOf } from '../../src/redis/text-lines.ts'

describe('the lines of a reply', () => {
  test.each<[string, string, readonly string[]]>([
    ['that is empty', '', []],
    ['with one client', 'id=1 addr=a:1\n', ['id=1 addr=a:1']],
    ['without a last line end', 'id=1 addr=a:1\nid=2 addr=b:2', ['id=1 addr=a:1', 'id=2 addr=b:2']],
    [
      'with the line ends of INFO',
      'id=1 addr=a:1\r\nid=2 addr=b:2\r\n',
      ['id=1 addr=a:1', 'id=2 addr=b:2'],
    ],
    ['with empty lines', '\n\nid=1 addr=a:1\n\n', ['id=1 addr=a:1']],
  ])('%s', (_case, text, lines) => {
    expect([...linesOf(text)]).toEqual(lines)
  })
})
