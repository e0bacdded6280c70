import type { Command } from '../redis/command.ts'
import type { BulkReply, Exchange } from '../redis/connection.ts'

interface Waiting {
  readonly commands: readonly Command[]
  readonly resolve: (replies: readonly BulkReply[]) => void
  readonly reject: (failure: unknown) => void
}

/** Joins what is asked for at the same time into one round trip. */
export function joinReads(exchange: Exchange): Exchange {
  let waiting: Waiting[] = []

  async function send(): Promise<void> {
    const batch = waiting
    waiting = []
    const [only] = batch
    // Mostly one collector reads, and copying what a million keys take costs time.
    if (only && batch.length === 1) {
      await exchange(only.commands).then(only.resolve, only.reject)
      return
    }
    try {
      const replies = await exchange(batch.flatMap(({ commands }) => commands))
      let start = 0
      for (const { commands, resolve } of batch) {
        resolve(replies.slice(start, start + commands.length))
        start += commands.length
      }
    } catch (failure) {
      for (const { reject } of batch) reject(failure)
    }
  }

  return (commands) => {
    if (commands.length === 0) return Promise.resolve([])
    return new Promise((resolve, reject) => {
      // The next tick comes after all promise callbacks of now: what they ask for joins in.
      if (waiting.length === 0) process.nextTick(send)
      waiting.push({ commands, resolve, reject })
    })
  }
}
