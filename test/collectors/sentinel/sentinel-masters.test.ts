import { describe, expect, test } from 'vitest'
import { sentinelMasters } from '../../../src/collectors/sentinel/sentinel-masters.ts'
import type { Reply } from '../../../src/redis/command.ts'
import { fromErrorReply } from '../../../src/redis/redis-error.ts'
import { collected, type FakeServer, fakePoll, withoutHelp } from '../../support/fake-poll.ts'
import { readFixture, recordedAnswer } from '../../support/fixtures.ts'
import { unindented } from '../../support/unindented.ts'

const recorded: FakeServer = {
  info: readFixture('sentinel-7.0.15/info-all.txt'),
  replies: recordedAnswer('sentinel-7.0.15'),
}

const okMessage = 'OK 1 usable Sentinels. Quorum and failover authorization can be reached'

test('a Sentinel of 7.0 that watches a master with a replica', async () => {
  const labels = 'master_name="mymaster",master_address="127.0.0.1:20855"'

  expect(await collected(sentinelMasters, recorded)).toBe(unindented`
    # TYPE redis_sentinel_master_ckquorum_status gauge
    redis_sentinel_master_ckquorum_status{master_name="mymaster",message="${okMessage}"} 1
    # TYPE redis_sentinel_master_config_epoch gauge
    redis_sentinel_master_config_epoch{${labels}} 0
    # TYPE redis_sentinel_master_last_ok_ping_reply_seconds gauge
    redis_sentinel_master_last_ok_ping_reply_seconds{${labels}} 0.118
    # TYPE redis_sentinel_master_ok_sentinels gauge
    redis_sentinel_master_ok_sentinels{${labels}} 1
    # TYPE redis_sentinel_master_ok_slaves gauge
    redis_sentinel_master_ok_slaves{${labels}} 1
    # TYPE redis_sentinel_master_setting_ckquorum gauge
    redis_sentinel_master_setting_ckquorum{${labels}} 1
    # TYPE redis_sentinel_master_setting_down_after_milliseconds gauge
    redis_sentinel_master_setting_down_after_milliseconds{${labels}} 1000
    # TYPE redis_sentinel_master_setting_failover_timeout gauge
    redis_sentinel_master_setting_failover_timeout{${labels}} 180000
    # TYPE redis_sentinel_master_setting_parallel_syncs gauge
    redis_sentinel_master_setting_parallel_syncs{${labels}} 1
  `)
})

describe('a replica or another Sentinel counts as okay', () => {
  test.each([
    ['when nothing is wrong', ['flags', 'slave'], 1],
    ['when it is only disconnected', ['flags', 'slave,disconnected'], 1],
    ['when its view of the master is bad', ['flags', 'sentinel,master_down'], 1],
    ['not when this Sentinel holds it for down', ['flags', 's_down,slave'], 0],
    ['not when the Sentinels agree that it is down', ['flags', 'master,o_down'], 0],
    ['not when it has no flags', ['name', 'x'], 0],
  ])('%s', async (_case, instance, okay) => {
    const samples = await valuesOf({ replicas: [instance], sentinels: [instance] })

    expect(samples.sentinel_master_ok_slaves).toBe(okay)
    // The Sentinel that is asked counts itself.
    expect(samples.sentinel_master_ok_sentinels).toBe(1 + okay)
  })
})

describe('the quorum', () => {
  const lost =
    'NOQUORUM 1 usable Sentinels. Not enough available Sentinels to reach the majority and authorize a failover'

  test('that is lost has the status 0, with what the Sentinel says', async () => {
    const server = answering({ quorum: fromErrorReply(lost) })

    expect(await collected(sentinelMasters, server)).toContain(
      `redis_sentinel_master_ckquorum_status{master_name="mine",message="${lost}"} 0\n`,
    )
  })

  test.each(['NOPERM no', 'ERR hunter2'])('of which "%s" tells is not known', async (reply) => {
    const poll = fakePoll(answering({ quorum: fromErrorReply(reply) }))
    const values = byName(await sentinelMasters.collect(poll))

    expect(values).not.toHaveProperty('sentinel_master_ckquorum_status')
    expect(values).toMatchObject({
      sentinel_master_ok_slaves: 0,
      sentinel_master_setting_ckquorum: 2,
    })
    expect(poll.failedParts).toEqual([expect.stringMatching('^SENTINEL CKQUORUM: ')])
  })

  test('must be told in words', async () => {
    const poll = fakePoll(answering({ quorum: ['hunter2'] }))

    await sentinelMasters.collect(poll)

    expect(poll.failedParts).toEqual([expect.stringMatching('^SENTINEL CKQUORUM: parse: ')])
  })
})

describe('the other Sentinels', () => {
  const peer = ['name', 'id', 'ip', '::1', 'port', '26380', 'runid', 'r', 'flags', 'sentinel']
  const server = answering({ sentinels: [peer, ['name', 'other']] })

  test('are named where that is asked for, with what is known of them', async () => {
    const settings = { includeSentinelPeers: true }
    const of = 'master_name="mine",master_address="10.0.0.1:6379"'

    expect(await collected(sentinelMasters, { ...server, settings })).toContain(unindented`
      # TYPE redis_sentinel_peer_info gauge
      redis_sentinel_peer_info{${of},name="id",ip="::1",port="26380",runid="r",flags="sentinel"} 1
      redis_sentinel_peer_info{${of},name="other",ip="",port="",runid="",flags=""} 1
    `)
  })

  test('are not named otherwise', async () => {
    expect(await collected(sentinelMasters, server)).not.toContain('peer_info')
  })
})

describe('the replicas are asked for by', () => {
  test.each([
    ['REPLICAS of a Sentinel that knows it', ['sentinel', 'sentinel|replicas'], ['REPLICAS']],
    ['SLAVES of one that does not', ['sentinel'], ['SLAVES']],
    ['REPLICAS of one that cannot tell', undefined, ['REPLICAS']],
  ])('%s', async (_case, commands, words) => {
    const poll = fakePoll({ ...answering({}), ...(commands ? { commands } : {}) })
    await sentinelMasters.collect(poll)

    expect(asked(poll.commands, /REPLICAS|SLAVES/)).toEqual(words)
  })

  test('SLAVES when REPLICAS turns out not to be known', async () => {
    const replicas = fromErrorReply("ERR Unknown sentinel subcommand 'replicas'")
    const poll = fakePoll(answering({ replicas, slaves: [['flags', 'slave']] }))
    const samples = await sentinelMasters.collect(poll)

    expect(asked(poll.commands, /REPLICAS|SLAVES/)).toEqual(['REPLICAS', 'SLAVES'])
    expect(byName(samples).sentinel_master_ok_slaves).toBe(1)
  })

  test('nothing else when REPLICAS is not permitted', async () => {
    const replicas = fromErrorReply('NOPERM no')
    const poll = fakePoll(answering({ replicas }))

    expect(byName(await sentinelMasters.collect(poll))).not.toHaveProperty(
      'sentinel_master_ok_slaves',
    )
    expect(asked(poll.commands, /REPLICAS|SLAVES/)).toEqual(['REPLICAS'])
    expect(poll.failedParts).toEqual([expect.stringMatching('^SENTINEL REPLICAS: noperm: ')])
  })
})

describe('between two polls', () => {
  test('a master that is new is asked about once it shows in MASTERS', async () => {
    const poll = fakePoll({ ...answering({}), info: '# Sentinel\n' })

    expect(byName(await sentinelMasters.collect(poll)).sentinel_master_ok_sentinels).toBe(1)
    expect(poll.commands[0]).toBe('SENTINEL MASTERS')
  })

  test('a master that is gone is refused, and costs the others nothing', async () => {
    const { info, replies } = answering({})
    const gone = fromErrorReply('ERR No such master with that name')
    const poll = fakePoll({
      info: `${info}master1:name=gone,status=ok,address=10.0.0.2:6379\n`,
      replies: (command) => (command.includes('gone') ? gone : replies(command)),
    })

    const samples = await sentinelMasters.collect(poll)
    expect(new Set(samples.map(({ labels }) => labels.master_name))).toEqual(new Set(['mine']))
  })
})

test.each(['name', 'ip', 'port'])('a master without %s is passed over', async (missing) => {
  const master = ['name', 'mine', 'ip', '10.0.0.1', 'port', '6379'].filter(
    (word, index, words) => word !== missing && words[index - 1] !== missing,
  )

  expect(await sentinelMasters.collect(fakePoll(answering({ masters: [master] })))).toEqual([])
})

test('a setting that is no number is rejected, one that is not told is left out', async () => {
  const master = ['name', 'mine', 'ip', '10.0.0.1', 'port', '6379', 'quorum', 'two']
  const poll = fakePoll(answering({ masters: [master] }))
  const samples = await sentinelMasters.collect(poll)

  expect(poll.rejected).toEqual(['mine quorum: two'])
  expect(Object.keys(byName(samples)).sort()).toEqual([
    'sentinel_master_ckquorum_status',
    'sentinel_master_ok_sentinels',
    'sentinel_master_ok_slaves',
  ])
})

test('a Sentinel that watches nothing has none of it', async () => {
  expect(withoutHelp(await collected(sentinelMasters, answering({ masters: [] })))).toBe('')
})

type Answers = Partial<
  Record<
    'masters' | 'quorum' | 'sentinels' | 'replicas' | 'slaves',
    Reply | ReturnType<typeof fromErrorReply>
  >
>

/** A Sentinel that watches the master `mine` and answers so. */
function answering(answers: Answers) {
  const mine = ['name', 'mine', 'ip', '10.0.0.1', 'port', '6379', 'quorum', '2']
  const { masters = [mine], quorum = okMessage, sentinels = [], replicas = [] } = answers
  const { slaves = [] } = answers
  const replies: Readonly<Record<string, Answers['masters']>> = {
    MASTERS: masters,
    CKQUORUM: quorum,
    SENTINELS: sentinels,
    REPLICAS: replicas,
    SLAVES: slaves,
  }
  return {
    info: '# Sentinel\nmaster0:name=mine,status=ok,address=10.0.0.1:6379\n',
    replies: ([, subcommand = '']: readonly string[]) => replies[subcommand] ?? null,
  }
}

async function valuesOf(answers: Answers) {
  return byName(await sentinelMasters.collect(fakePoll(answering(answers))))
}

function byName(samples: Awaited<ReturnType<typeof sentinelMasters.collect>>) {
  return Object.fromEntries(samples.map(({ metric, value }) => [metric.name, value]))
}

function asked(commands: readonly string[], pattern: RegExp): readonly (string | undefined)[] {
  return commands.flatMap((command) => pattern.exec(command) ?? [])
}
