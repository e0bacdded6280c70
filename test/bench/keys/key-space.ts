import { type RedisServer, startRedis } from '../../support/redis-server.ts'
import { scaled } from './scale.ts'

export const allKeys = scaled(1_000_000)
/** Those of them that the patterns of check-keys match. */
export const checkedKeys = allKeys / 10

const batch = 10_000

// Nine in ten keys are strings of a thousand users. The others begin with `check:`: of ten of them
// three are numbers, three are texts, and one each is a list, set, sorted set and hash. Made by the
// server itself, which is much the fastest way.
const makeKeys = `
  local text = string.rep('x', 40)
  for i = tonumber(ARGV[1]), tonumber(ARGV[2]) - 1 do
    if i % 10 > 0 then
      redis.call('SET', 'user:' .. i % 1000 .. ':session:' .. i, text)
    else
      local kind = i / 10 % 10
      if kind < 3 then redis.call('SET', 'check:number:' .. i, i)
      elseif kind < 6 then redis.call('SET', 'check:text:' .. i, 'text ' .. i)
      elseif kind == 6 then redis.call('RPUSH', 'check:list:' .. i, 1, 2, 3)
      elseif kind == 7 then redis.call('SADD', 'check:set:' .. i, 'a', 'b', 'c')
      elseif kind == 8 then redis.call('ZADD', 'check:zset:' .. i, 1, 'a', 2, 'b')
      else redis.call('HSET', 'check:hash:' .. i, 'field', 'value') end
    end
  end`

/** Starts a server with `allKeys` keys in its first database. */
export async function startKeySpace(directory: string): Promise<RedisServer> {
  const server = await startRedis({ directory })
  const client = server.client()
  for (let start = 0; start < allKeys; start += batch)
    await client.eval(makeKeys, 0, start, Math.min(allKeys, start + batch))
  return server
}
