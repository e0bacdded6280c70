import { existsSync } from 'node:fs'
import { expect, test } from 'vitest'
import { type Program, startProgram } from './child-process.ts'

test('a program gets its environment and nothing of ours but PATH', async () => {
  await using program = node('console.log(JSON.stringify(process.env))', { GREETING: 'hello' })

  expect(await program.exited).toEqual({ code: 0, signal: null })
  expect(JSON.parse(program.stdout())).toEqual({ PATH: process.env.PATH, GREETING: 'hello' })
})

test('a line can be waited for on either stream', async () => {
  await using program = node('console.error("one\\ntwo 2"); setInterval(() => {}, 1000)')

  expect(await program.waitForLine(/^two/)).toBe('two 2')
  expect(program.stderr()).toBe('one\ntwo 2\n')
  expect(program.running()).toBe(true)
})

test('a line that cannot come any more fails with all that was said', async () => {
  await using program = node('console.log("goodbye"); process.exit(3)')

  await expect(program.waitForLine('hello')).rejects.toThrow(
    /ended \(3\) without a line matching hello; it said:\ngoodbye/,
  )
})

test('disposal ends a program that is paused', async () => {
  const program = node('console.log("ready"); setInterval(() => {}, 1000)')
  await program.waitForLine('ready')
  await program.pause()

  await program[Symbol.asyncDispose]()

  expect(await program.exited).toEqual({ code: null, signal: 'SIGTERM' })
  expect(existsSync(`/proc/${program.pid}`)).toBe(false)
})

test('a program that does not heed SIGTERM is killed when its time is over', async () => {
  const program = startProgram({
    program: process.execPath,
    args: ['-e', 'process.on("SIGTERM", () => {}); console.log("ready"); setInterval(() => {}, 9)'],
    stopWithin: 50,
  })
  await program.waitForLine('ready')

  expect(await program.stop()).toEqual({ code: null, signal: 'SIGKILL' })
})

test('a missing program is named, with the Debian package that brings it', () => {
  const path = process.env.PATH
  process.env.PATH = '/nowhere'
  try {
    expect(() => startProgram({ program: 'promtool' })).toThrow(
      'The program promtool was not found (PATH=/nowhere). ' +
        'On Debian: apt-get install --no-install-recommends prometheus',
    )
  } finally {
    process.env.PATH = path
  }
})

function node(script: string, env: Readonly<Record<string, string>> = {}): Program {
  return startProgram({ program: process.execPath, args: ['-e', script], env })
}
