import { expect, test } from 'vitest'
import { withLoginHint } from '../../src/redis/login-hint.ts'
import { fromErrorReply } from '../../src/redis/redis-error.ts'
import { secret } from '../../src/targets/secret.ts'
import type { ReadCredentials } from '../../src/targets/wanted-target.ts'

/** What is said when a server to which somebody went with these refuses what is asked. */
async function saidOf(refusal: string, credentials: ReadCredentials): Promise<string> {
  const login = { from: 'the test', read: async () => credentials }
  const connection = withLoginHint(login, ({ read }) => ({
    async open() {
      await read()
      return 'opened'
    },
    send: (commands) => commands.map(() => Promise.reject(fromErrorReply(refusal))),
    drop() {},
  }))
  await connection.open()
  return Promise.all(connection.send([['INFO']])).then(
    () => '',
    (failure: Error) => failure.message,
  )
}

const asked = 'the server asks for a password (NOAUTH)'
const unnamed = { isUnnamed: true }

test('of a server that asks for a password is said that the password file has no entry', async () => {
  expect(await saidOf('NOAUTH Authentication required.', unnamed)).toBe(
    `${asked}; the password file has no entry for this server and user`,
  )
})

test.each([
  ['no file was asked', 'NOAUTH', {}, asked],
  ['there was a password besides', 'NOAUTH', { ...unnamed, password: secret('hunter2') }, asked],
  ['it says something else', 'NOPERM', unnamed, 'the user may not run the command (NOPERM)'],
])('and nothing of the file where %s', async (_case, refusal, credentials, message) => {
  expect(await saidOf(refusal, credentials)).toBe(message)
})
