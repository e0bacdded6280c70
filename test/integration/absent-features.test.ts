import { describe, expect, it } from 'vitest'
import { sampleValue } from '../support/exposition.ts'
import { loggedTarget } from '../support/logged-target.ts'
import { answers } from '../support/peer-behaviours.ts'
import { familiesOf, polledTarget } from '../support/polled-target.ts'
import { startRedis } from '../support/redis-server.ts'
import { resp } from '../support/resp.ts'
import { startPeer } from '../support/scripted-peer.ts'
import { snapshotBytes } from '../support/snapshot-bytes.ts'

const password = 'tr0ub4dor'

/** Answers INFO so, CONFIG GET of one parameter, and refuses the rest with these words. */
function lookAlike(info: string, refusal: (command: readonly string[]) => string) {
  const commands: string[] = []
  const parameters: Readonly<Record<string, string>> = {
    maxclients: '10000',
    maxmemory: '0',
    databases: '16',
  }
  const behaviour = answers((command) => {
    const [name = '', subcommand = '', ...words] = command
    commands.push([name, subcommand].join(' ').trim())
    if (name === 'INFO') return resp.bulk(info)
    const [parameter = ''] = words
    if (name !== 'CONFIG' || words.length > 1) return resp.error(refusal(command))
    const value = parameters[parameter]
    return resp.array(value === undefined ? [] : [resp.bulk(parameter), resp.bulk(value)])
  })
  return { behaviour, commands }
}

const unknown = ([name = '']: readonly string[]) =>
  name === 'CONFIG'
    ? "ERR wrong number of arguments for 'config' command"
    : `ERR unknown command '${name}'`

describe('a server that refuses CONFIG GET with several parameters and does not know COMMAND', () => {
  it.each([
    [
      'of a version that should know it',
      'redis_version:7.4.0\r\ndragonfly_version:1.30.0',
      unknown,
    ],
    ['that tells no version', 'uptime_in_seconds:7', unknown],
    [
      'of Redis 6.2, whose user may not run COMMAND',
      'redis_version:6.2.14',
      ([name = '']: readonly string[]) =>
        name === 'COMMAND'
          ? "NOPERM this user has no permissions to run the 'command' command"
          : "ERR Unknown subcommand or wrong number of arguments for 'GET'. Try CONFIG HELP.",
    ],
  ])('%s, has all that CONFIG tells', async (_case, version, refusal) => {
    const { behaviour, commands } = lookAlike(`# Server\r\nrun_id:a\r\n${version}\r\n`, refusal)
    await using peer = await startPeer(behaviour)
    using target = loggedTarget(peer.url, { setClientName: false })

    const body = snapshotBytes(await target.poll(5)).toString()

    expect(body).toContain('\nredis_config_maxclients 10000\n')
    expect(body).toContain('\nredis_config_maxmemory 0\n')
    expect(body).not.toMatch(/^redis_exporter_collector_success.* 0$/m)
    expect(target.lines().map(({ msg }) => msg)).toEqual(['up'])
    // Nothing that is not there is asked for twice.
    expect(commands.filter((one) => one.startsWith('COMMAND '))).toHaveLength(1)
    expect(commands.filter((one) => one === 'SLOWLOG LEN').length).toBeLessThan(2)
  })
})

it.each(['5.0.14', '6.0.16'])(
  'a Sentinel of Redis %s is asked for nothing that it cannot have',
  async (version) => {
    const info = `# Server\r\nredis_version:${version}\r\nredis_mode:sentinel\r\nrun_id:a\r\n# Sentinel\r\nsentinel_masters:0\r\n`
    const commands = new Set<string>()
    await using peer = await startPeer(
      answers(([name = '', subcommand = '']) => {
        commands.add(`${name} ${name === 'SENTINEL' ? subcommand : ''}`.trim())
        if (name === 'INFO') return resp.bulk(info)
        return name === 'SENTINEL' ? resp.array([]) : resp.error(`ERR unknown command '${name}'`)
      }),
    )
    using target = loggedTarget(peer.url)

    const body = snapshotBytes(await target.poll(3)).toString()

    expect([...commands].sort()).toEqual(['CLIENT', 'COMMAND', 'INFO', 'SENTINEL MASTERS'])
    expect(body).not.toMatch(/^redis_exporter_collector_success.* 0$/m)
    expect(target.lines().map(({ msg }) => msg)).toEqual(['up'])
  },
)

it('a user who may run all but COMMAND sees no collector fail, and one error reply is caused', async () => {
  await using redis = await startRedis({
    args: ['--user', 'watcher', 'on', `>${password}`, '+@all', '-command', '~*'],
  })
  using target = polledTarget(`redis://watcher:${password}@127.0.0.1:${redis.port}`)

  await target.poll()
  const result = await target.poll()

  expect(result.collectors.filter(({ error, failedParts }) => error ?? failedParts)).toEqual([])
  expect(result.collectors.map(({ name }) => name)).toContain('latency-histogram')
  expect(sampleValue(await familiesOf(result), 'redis_config_maxclients')).toBeGreaterThan(0)
  const { errorstat_NOPERM, ...others } = await redis.info('errorstats')
  expect([errorstat_NOPERM, others]).toEqual(['count=1', {}])
})
