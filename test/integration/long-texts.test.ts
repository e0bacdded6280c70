import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { expect, test, vi } from 'vitest'
import { type Program, startProgram } from '../support/child-process.ts'

// Each text is read within a tenth of a second; one that is read again and again would take days.
const longestSilence = 120_000
vi.setConfig({ testTimeout: 1_200_000 })

test('every parser reads a megabyte of its worst, and each part of it once', async () => {
  await using reading = startProgram({
    program: process.execPath,
    args: ['--import', 'tsx', fileURLToPath(new URL('../support/long-texts.ts', import.meta.url))],
    env: { TSX_DISABLE_CACHE: '1' },
  })

  expect(await lastWord(reading)).toBe('all read')
})

/** The last line that a program said: before its end, or before it fell silent and was killed. */
async function lastWord(program: Program): Promise<string> {
  let said = 0
  let since = performance.now()
  while (program.running() && performance.now() - since < longestSilence) {
    await delay(200)
    if (program.output().length > said) since = performance.now()
    said = program.output().length
  }
  if (program.running()) await program.kill()
  await program.exited
  return program.output().trimEnd().split('\n').at(-1) ?? ''
}
