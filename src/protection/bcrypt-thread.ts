import { Worker } from 'node:worker_threads'
import { bcryptSource } from './bcrypt-source.ts'

/** Compares passwords with hashes of bcrypt, one after the other, beside the event loop. */
export interface BcryptThread {
  /** Rejects when the thread ends before it has answered. */
  compare(password: string, hash: string): Promise<boolean>
  stop(): void
}

interface Waiting {
  readonly resolve: (isRight: boolean) => void
  readonly reject: (failure: Error) => void
}

const idleMilliseconds = 60_000

const program = `{ const exports = {}, module = { exports }, define = undefined;
${bcryptSource}
const { parentPort } = require('node:worker_threads');
parentPort.on('message', ({ password, hash }) => parentPort.postMessage(module.exports.compareSync(password, hash)));
}`

/** The thread begins with the first password and ends when none came for a minute. */
export function createBcryptThread(): BcryptThread {
  let worker: Worker | undefined
  let idle: NodeJS.Timeout | undefined
  const waiting: Waiting[] = []

  function end(failure: Error): void {
    clearTimeout(idle)
    const ended = worker
    worker = undefined
    void ended?.terminate()
    for (const { reject } of waiting.splice(0)) reject(failure)
  }

  function begin(): Worker {
    const started = new Worker(program, {
      eval: true,
      name: 'bcrypt',
      // What it is told is a password; nothing of the environment is its business.
      env: {},
      execArgv: [],
      resourceLimits: { maxOldGenerationSizeMb: 16, maxYoungGenerationSizeMb: 2 },
    })
    started.unref()
    started.on('message', (isRight: boolean) => {
      waiting.shift()?.resolve(isRight)
      if (waiting.length === 0) idle?.refresh()
    })
    const onEnd = (failure: Error) => void (worker === started && end(failure))
    started.on('error', onEnd)
    started.on('exit', () => onEnd(new Error('the thread for bcrypt has ended')))
    idle = setTimeout(() => {
      if (waiting.length === 0) end(new Error('nobody asked'))
      else idle?.refresh()
    }, idleMilliseconds)
    idle.unref()
    return started
  }

  return {
    compare(password, hash) {
      worker ??= begin()
      const to = worker
      return new Promise((resolve, reject) => {
        waiting.push({ resolve, reject })
        to.postMessage({ password, hash })
      })
    },
    stop: () => end(new Error('the exporter stops')),
  }
}
