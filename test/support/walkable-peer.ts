import type { Socket } from 'node:net'
import { answers } from './peer-behaviours.ts'
import { resp } from './resp.ts'
import type { Behaviour } from './scripted-peer.ts'

/** Stands for hanging up in the place of a reply. */
export const hangsUp = Symbol('hangs up')

export type Reply = string | typeof hangsUp | undefined

/** A Redis with the keys key:0 to key:9, two in each reply of SCAN, but for what a test says. */
export interface WalkablePeer {
  readonly behaviour: Behaviour
  /** The commands that came so far, one text each. */
  readonly commands: readonly string[]
}

export interface WalkablePeerOptions {
  /** The reply to a command in the place of the usual one; undefined for that. */
  readonly instead?: (command: string, connection: number) => Reply
  /** More lines of INFO, as of now. */
  readonly info?: () => string
  /** Commands that it has beside those that every Redis has. */
  readonly has?: readonly string[]
}

export function walkablePeer(options: WalkablePeerOptions = {}): WalkablePeer {
  const { instead = () => undefined, info = () => '', has = [] } = options
  const commands: string[] = []
  const usual = ([name = '', ...words]: readonly string[]): string => {
    const known = (word: string) => !['client|no-touch'].includes(word) || has.includes(word)
    if (name === 'INFO') return resp.bulk(`${header}${info()}`)
    if (name === 'COMMAND')
      return resp.array(words.slice(1).map((word) => (known(word) ? resp.array([]) : '*-1\r\n')))
    if (name === 'CONFIG') return resp.array([resp.bulk('databases'), resp.bulk('1')])
    if (name === 'SCAN') return scan(Number(words[0]))
    if (name === 'TYPE') return resp.simple('string')
    return resp.simple('OK')
  }
  return {
    commands,
    behaviour: (socket: Socket, connection) =>
      answers((words) => {
        const text = words.join(' ')
        commands.push(text)
        const reply = instead(text, connection)
        if (reply !== hangsUp) return reply ?? usual(words)
        socket.destroy()
        return undefined
      })(socket, connection),
  }
}

const header =
  '# Server\r\nredis_version:7.2.0\r\nrun_id:of-the-peer\r\n# Keyspace\r\ndb0:keys=10,expires=0,avg_ttl=0\r\n'

function scan(cursor: number): string {
  const next = cursor + 2 < 10 ? `${cursor + 2}` : '0'
  const keys = [cursor, cursor + 1].map((number) => resp.bulk(`key:${number}`))
  return resp.array([resp.bulk(next), resp.array(keys)])
}
