import { describe, expect, test } from 'vitest'
import { readConfig } from '../../src/config/read-config.ts'

const title = '--web.systemd-socket (REDIS_EXPORTER_WEB_SYSTEMD_SOCKET)'
const how = 'have a socket unit of systemd start the exporter itself, or leave it out'
const ours = { LISTEN_PID: '41', LISTEN_FDS: '1' }

type Environment = Readonly<Record<string, string>>

function read(args: readonly string[], env: Environment) {
  return readConfig({ args, env, collectors: [], processId: 41 })
}

function mistakesOf(args: readonly string[], env: Environment) {
  const request = read(args, env)
  return request.kind === 'mistakes' ? request.mistakes : []
}

function listensOn(args: readonly string[], env: Environment) {
  const request = read(args, env)
  if (request.kind !== 'run') throw new Error(JSON.stringify(request))
  return request.config.listenAddresses
}

describe('the sockets that systemd hands over', () => {
  test('are listened on, all of them, where that is asked for', () => {
    expect(listensOn(['--web.systemd-socket'], { ...ours, LISTEN_FDS: '2' })).toEqual([
      { descriptor: 3 },
      { descriptor: 4 },
    ])
  })

  test('are left alone otherwise', () => {
    expect(listensOn([], ours)).toEqual([{ host: undefined, port: 9121 }])
  })

  test('leave the address of the probes, also where that is the usual one', () => {
    expect(listensOn(['--web.systemd-socket', '--web.probe-address=:9121'], ours)).toHaveLength(1)
  })

  test.each<[string, Environment, string]>([
    ['none', {}, `there is no socket (LISTEN_PID, LISTEN_FDS); ${how}`],
    ['no number', { LISTEN_PID: '41' }, `there is no socket (LISTEN_PID, LISTEN_FDS); ${how}`],
    [
      'those of another process',
      { ...ours, LISTEN_PID: '40' },
      `the sockets are for another process than this, which is 41 (LISTEN_PID); ${how}`,
    ],
    ['none at all', { ...ours, LISTEN_FDS: '0' }, `LISTEN_FDS is no number from 1 to 64; ${how}`],
    ['too many', { ...ours, LISTEN_FDS: '65' }, `LISTEN_FDS is no number from 1 to 64; ${how}`],
    ['half one', { ...ours, LISTEN_FDS: '1.5' }, `LISTEN_FDS is no number from 1 to 64; ${how}`],
  ])('%s is a mistake', (_name, env, expected) => {
    expect(mistakesOf(['--web.systemd-socket'], env)).toEqual([`${title}: ${expected}`])
  })

  test('and an address are one too many, wherever that is given', () => {
    const mistake = `--web.listen-address (REDIS_EXPORTER_WEB_LISTEN_ADDRESS): ${title} is given as well; give one of them`

    expect(mistakesOf(['--web.systemd-socket', '--web.listen-address=:81'], ours)).toEqual([
      mistake,
    ])
    const env = { ...ours, REDIS_EXPORTER_WEB_LISTEN_ADDRESS: ':81' }
    expect(mistakesOf(['--web.systemd-socket'], env)).toEqual([mistake])
  })

  test('are nothing to whoever asks for the rights of the user alone', () => {
    expect(read(['--web.systemd-socket', '--acl'], {}).kind).toBe('acl')
  })
})
