import { describe, expect, it } from 'vitest'
import { startExporter } from '../support/exporter.ts'
import { readPage } from '../support/page-text.ts'
import { startRedis } from '../support/redis-server.ts'

describe.concurrent('what a new user sees of a server', () => {
  it('is what it calls itself: in the log, in /ready and on the page', async () => {
    await using redis = await startRedis()
    await using exporter = await startExporter({ env: { REDIS_URL: redis.url } })
    const { redis_version, valkey_version } = await redis.info('server')
    const name = valkey_version ? `Valkey ${valkey_version}` : `Redis ${redis_version}`

    expect(await exporter.waitForLog('INFO: up')).toContain(`"server":"${name}"`)
    const { body } = await exporter.get('/ready')
    expect(JSON.parse(body).targets).toMatchObject([{ state: 'up', server: name }])
    expect(readPage((await exporter.get('/')).body).text()).toContain(` ${name} · master`)
  })

  it('is what its user may not do, and what to grant, in all three places', async () => {
    await using redis = await startRedis()
    const rules = ['on', '>secret', '+info', '+command|info', '+client|setname', '+config|get']
    await redis.client().call('ACL', 'SETUSER', 'watcher', ...rules)
    const url = redis.url.replace('redis://', 'redis://watcher:secret@')
    await using exporter = await startExporter({ env: { REDIS_URL: url } })

    const denied = 'the user may not run the command (NOPERM)'
    const remedy =
      'grant +slowlog|len +slowlog|get (ACL SETUSER), or --collect.slowlog=false switches it off'
    expect(await exporter.waitForLog('"collector":"slowlog"')).toContain(
      `collector failed: ${denied}; ${remedy}`,
    )
    await exporter.waitForLog('INFO: up')
    const { body } = await exporter.get('/ready')
    expect(JSON.parse(body).targets[0].failures).toContainEqual({
      collector: 'slowlog',
      reason: 'noperm',
      message: denied,
      remedy,
    })
    const rows = readPage((await exporter.get('/')).body).texts('.failing li')
    const text = rows.find((row) => row.includes('slowlog'))
    expect(text).toContain(`noperm: ${denied} Grant ${remedy.slice('grant '.length)}.`)
  })
})
