import { createHash } from 'node:crypto'
import { createScripts } from '../../src/collectors/modules/scripts.ts'
import { fromErrorReply } from '../../src/redis/redis-error.ts'
import { type Answer, type FakePoll, type FakeServer, fakePoll } from './fake-poll.ts'

export interface ScriptsOfFiles {
  /** What is in the files, by path. */
  readonly files: Map<string, string>
  /** The paths that were read, in order. */
  readonly read: readonly string[]
  readonly scripts: ReturnType<typeof createScripts>
  /** A poll of a server on which these files are to run, in a way in which they can write. */
  readonly pollOf: (fake: FakeServer, runId?: string) => FakePoll
}

/** The collector of scripts over files that a test writes; at first there is one. */
export function scriptsOfFiles(): ScriptsOfFiles {
  const files = new Map([['a.lua', 'return a']])
  const read: string[] = []
  const scripts = createScripts({
    async stamp(path) {
      const source = files.get(path)
      if (source === undefined) throw Object.assign(new Error('gone'), { code: 'ENOENT' })
      return source
    },
    async read(path) {
      read.push(path)
      return files.get(path) ?? ''
    },
  })
  const pollOf = (fake: FakeServer, runId = 'first') =>
    fakePoll({
      info: `# Server\r\nrun_id:${runId}\r\n`,
      ...fake,
      settings: { script: [...files.keys()], scriptReadOnly: false, ...fake.settings },
    })
  return { files, read, scripts, pollOf }
}

export function sha(source: string): string {
  return createHash('sha1').update(source).digest('hex')
}

/** A server on which scripts, by their source, reply; it remembers those that were loaded. */
export function server(replies: Readonly<Record<string, Answer>>): Pick<FakeServer, 'replies'> {
  const known = new Map<string, Answer>()
  return {
    replies([name, one, source = '']) {
      if (name === 'SCRIPT') known.set(sha(source), replies[source] ?? null)
      if (name === 'SCRIPT') return sha(source)
      const reply = known.get(one ?? '')
      return reply === undefined ? fromErrorReply('NOSCRIPT No matching script.') : reply
    },
  }
}
