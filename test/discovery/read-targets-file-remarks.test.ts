import { describe, expect, test } from 'vitest'
import { remarksOn } from '../support/read-targets.ts'

describe('of a setting that changes nothing is told so, and it is no mistake:', () => {
  test.each([
    [
      'targets: [{address: one, tls-server-name: x}]',
      '1 targets[0].tls-server-name: has no effect: the address asks for no TLS; rediss:// does',
    ],
    [
      'targets: [{address: one, connection-timeout: 3s}]',
      '1 targets[0].connection-timeout: has no effect: poll.timeout covers connecting too',
    ],
    [
      'targets: [{address: one, export-client-port: true}]',
      '1 targets[0].export-client-port: has no effect without --export-client-list',
    ],
  ])('%s', async (text, remark) => {
    expect(await remarksOn(text)).toEqual([remark])
  })

  test.each([
    ['where the address asks for it', 'targets: [{address: rediss://one, tls-server-name: x}]', []],
    ['where it is for all', 'defaults: {tls-server-name: x}\ntargets: [{address: one}]', []],
    [
      'where defaults ask for it',
      'defaults: {export-client-list: true}\ntargets: [{address: one, export-client-port: true}]',
      [],
    ],
    [
      'where flags ask for it',
      'targets: [{address: one, export-client-port: true}]',
      ['--export-client-list'],
    ],
  ])('but nothing %s', async (_where, text, flags) => {
    expect(await remarksOn(text, flags)).toEqual([])
  })
})
