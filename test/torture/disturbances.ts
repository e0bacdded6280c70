import { connect } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import type { Exporter } from '../support/exporter.ts'
import type { RedisServer } from '../support/redis-server.ts'

/** What is disturbed: the exporter, and the server that it watches. */
export interface Scene {
  readonly redis: RedisServer
  readonly exporter: Exporter
}

/** Something that happens to servers, networks and clients, and is over when it resolves. */
export type Disturbance = (scene: Scene) => Promise<void>

const keys = 20_000

/** Fills the server, so that walks have something to look at. */
export async function fillKeys({ redis }: Scene): Promise<void> {
  const lines = "for i=1,ARGV[1] do redis.call('SET', 'key:'..i, i) end"
  await redis.client().eval(lines, 0, keys)
}

export const disturbances: Readonly<Record<string, Disturbance>> = {
  async 'killed and restarted'(scene) {
    await scene.redis.kill()
    await delay(1_500)
    await scene.redis.restart()
    await fillKeys(scene)
  },
  async 'stopped for a while'({ redis }) {
    await redis.pause()
    await delay(2_500)
    redis.resume()
  },
  async 'connections killed'({ redis }) {
    for (let times = 0; times < 5; times++) {
      await redis.client().call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes')
      await delay(200)
    }
  },
  async 'busy with a script'({ redis }) {
    const lines = 'local t=redis.call("TIME") repeat local n=redis.call("TIME") until n[1]-t[1]>1'
    await redis.client().eval(lines, 0)
  },
  async 'a user without rights'({ redis }) {
    await redis.client().call('ACL', 'SETUSER', 'default', '-@all', '+acl', '+ping')
    await delay(2_000)
    await redis.client().call('ACL', 'SETUSER', 'default', '+@all')
  },
  async 'a replica of nobody'({ redis }) {
    await redis.client().call('REPLICAOF', '127.0.0.1', '1')
    await delay(2_000)
    await redis.client().call('REPLICAOF', 'NO', 'ONE')
  },
  async 'scrapes that are given up'({ exporter }) {
    for (let round = 0; round < 10; round++) {
      await openConnections(exporter, 30, 'GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n', 20)
    }
  },
  async 'silent clients'({ exporter }) {
    await openConnections(exporter, 600, '', 1_500)
  },
  async 'clients that send rubbish'({ exporter }) {
    await openConnections(exporter, 50, 'GET / HTTP/9\r\n\0\0\r\n\r\n', 300)
  },
}

/** Opens connections, sends a text on each, and resets them after a while. */
async function openConnections(
  { port }: Exporter,
  count: number,
  text: string,
  milliseconds: number,
): Promise<void> {
  const sockets = Array.from({ length: count }, () => {
    const socket = connect(port, '127.0.0.1')
    // That the exporter refuses or ends some of them is its right.
    socket.on('error', () => undefined)
    socket.write(text)
    return socket
  })
  await delay(milliseconds)
  for (const socket of sockets) socket.destroy()
}
