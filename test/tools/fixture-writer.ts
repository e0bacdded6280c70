import { mkdir, readlink, writeFile } from 'node:fs/promises'
import { release } from 'node:os'
import { dirname, join } from 'node:path'
import { Redis } from 'ioredis'
import type { RedisServer } from '../support/redis-process.ts'

/** Sends one server commands and writes the replies into a folder, one file each. */
export interface FixtureWriter {
  /** A reply that is text, byte for byte. */
  text(file: string, ...command: readonly [string, ...string[]]): Promise<void>
  /** A reply of names and values, each on its own line. */
  pairs(file: string, ...command: readonly [string, ...string[]]): Promise<void>
  /** Any reply as JSON; a refusal as `error:"…"`. */
  json(file: string, ...command: readonly [string, ...string[]]): Promise<void>
  close(): void
}

/** The words that name a server: `redis-7.0.15`, `sentinel-7.0.15`, `valkey-sentinel-9.1.2`. */
export async function flavourOf(server: RedisServer): Promise<string> {
  const info = await server.info('server')
  const version = info.valkey_version ?? info.redis_version
  const mode = info.redis_mode ?? info.server_mode
  const name = info.valkey_version === undefined ? 'redis' : 'valkey'
  if (mode !== 'sentinel') return `${name}-${version}`
  return name === 'redis' ? `sentinel-${version}` : `${name}-sentinel-${version}`
}

/** Opens a connection of its own, with RESP3 so that maps come as maps. */
export async function writeFixtures(server: RedisServer, folder: string): Promise<FixtureWriter> {
  await mkdir(folder, { recursive: true })
  const client = new Redis(server.port, '127.0.0.1', {
    protocol: 3,
    replyMapping: 'resp3',
    enableReadyCheck: false,
    disableClientInfo: true,
    disconnectTimeout: 0,
  })
  const programs = [
    dirname(await readlink(`/proc/${server.pid}/exe`)),
    ...(process.env.REDIS_SERVER ? [dirname(process.env.REDIS_SERVER)] : []),
  ]
  const write = async (file: string, text: string) => {
    await writeFile(join(folder, file), anonymous(text, programs, server.directory))
  }
  return {
    text: async (file, name, ...words) => {
      await write(file, String(await client.call(name, ...words)))
    },
    pairs: async (file, name, ...words) => {
      const reply = await client.call(name, ...words)
      await write(
        file,
        `${Object.entries(reply as object)
          .flat()
          .join('\n')}\n`,
      )
    },
    json: async (file, name, ...words) => {
      const reply = await client.call(name, ...words).then(
        (value) => JSON.stringify(value),
        (error: Error) => `error:${JSON.stringify(error.message)}`,
      )
      await write(file, `${reply}\n`)
    },
    close: () => client.disconnect(),
  }
}

/** Takes out what tells more about the recording machine than about the server. */
function anonymous(text: string, programs: readonly string[], directory: string): string {
  return programs
    .reduce((rest, folder) => rest.replaceAll(`${folder}/`, '/usr/local/bin/'), text)
    .replaceAll(directory, '/data')
    .replaceAll(release(), '6.1.0')
}
