import { createServer } from 'node:net'

// Below the range from which Linux takes the ports of outgoing connections, so that none of
// these can take the port between our asking and the server's listening. The cluster bus port,
// 10000 above, stays below it too.
const busPortDistance = 10_000
// Files that run at the same time each have a part of the range, so that none of two can be given
// a port that the other has been given and not yet listens on.
const parts = 8
const width = 1_500
const lowest = 10_000 + (Number(process.env.VITEST_POOL_ID ?? 0) % parts) * width
const highest = lowest + width
const handedOut = new Set<number>()

/** Finds a port of 127.0.0.1 that nobody listens on and that was not handed out before. */
export async function freePort(): Promise<number> {
  return await findPort((port) => isFree(port))
}

/** Finds a port whose Redis Cluster bus port, 10000 above, is free as well. */
export async function freeClusterPort(): Promise<number> {
  return await findPort(async (port) => (await isFree(port)) && isFree(port + busPortDistance))
}

async function findPort(accept: (port: number) => Promise<boolean>): Promise<number> {
  for (let attempt = 0; attempt < 200; attempt++) {
    const port = lowest + Math.floor(Math.random() * (highest - lowest))
    if (handedOut.has(port)) continue
    // Before it is looked at, so that nobody else looks at it meanwhile.
    handedOut.add(port)
    if (await accept(port)) return port
  }
  throw new Error(`no free port between ${lowest} and ${highest} on 127.0.0.1 in 200 attempts`)
}

async function isFree(port: number): Promise<boolean> {
  return await new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => {
      server.close(() => resolve(true))
    })
  })
}
