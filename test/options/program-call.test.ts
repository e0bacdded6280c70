import { expect, test } from 'vitest'
import { programCall } from '../../src/options/program-call.ts'

test.each([
  ['token', ['token']],
  ['/usr/bin/token --user  watcher', ['/usr/bin/token', '--user', 'watcher']],
  ['token \'a b\' "c d" e\\ f', ['token', 'a b', 'c d', 'e f']],
  ["token '' x", ['token', '', 'x']],
  [`token '{"a": "$b"}' "\\$c"`, ['token', '{"a": "$b"}', '$c']],
  ["sh -c 'vault read x | jq -r .y'", ['sh', '-c', 'vault read x | jq -r .y']],
  ['["token", "$a | b", ""]', ['token', '$a | b', '']],
])('%s is a program and its arguments', (text, [program, ...args]) => {
  expect(programCall.read(text)).toEqual({ program, args })
})

test.each([
  '',
  ' ',
  '""',
  'token | jq',
  'token; rm',
  'token > file',
  'token $USER',
  'token "$(date)"',
  'token *.json',
  'token # hunter2',
  "token 'hunter2",
  'token "hunter2',
  'token \\',
  'a\0b',
  '["token", 7]',
  '[]',
  '[ -f x ]',
])('%j is none', (text) => {
  expect(programCall.read(text)).toBeUndefined()
})

test.each(['token | jq hunter2', "token 'hunter2"])('of %j is said what no shell reads', (text) => {
  expect(programCall.hint?.(text)).toBe(
    'no shell runs it, so what only a shell reads ($, |, &, ;, <, >, *, #, quotes that do not end) stands in quotes',
  )
})
