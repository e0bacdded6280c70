import type { RedisServer } from './redis-server.ts'

/** How many errors a server has counted. */
export async function errorCount(server: RedisServer): Promise<number> {
  return Number((await server.info('stats')).total_error_replies)
}

/** What a server has counted of errors, in total and by kind. */
export async function errorFields(server: RedisServer): Promise<Readonly<Record<string, string>>> {
  const { total_error_replies = '' } = await server.info('stats')
  return { total_error_replies, ...(await server.info('errorstats')) }
}
