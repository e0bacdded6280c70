import { expect, test } from 'vitest'
import { soundReply } from './hostile-replies.ts'

test.each(['__proto__', 'constructor', 'toString'])(
  'a key called %s, which a server may list, is one that is not there',
  (key) => {
    const replies = [['TYPE', key], ['GETRANGE', key, '0', '9'], ['MEMORY', 'USAGE', key], [key]]

    expect(replies.map((words) => soundReply(words).toString())).toEqual([
      '$4\r\nnone\r\n',
      '$0\r\n\r\n',
      '$-1\r\n',
      '-ERR unknown command\r\n',
    ])
  },
)
