import fc from 'fast-check'
import { expect, test, vi } from 'vitest'
import { parseInfo } from '../../src/redis/info.ts'
import { parseNameValueList } from '../../src/redis/names-and-values.ts'
import { askCommands, readKnownCommands, serverInfo } from '../../src/redis/server-info.ts'
import { anyInfo, anyReply } from '../support/arbitrary-server.ts'

// Many runs each, on a machine that may be busy with something else.
vi.setConfig({ testTimeout: 60_000 })

test('any text is read as INFO, and every line with a field and a value is in it', () => {
  fc.assert(
    fc.property(anyInfo, (text) => {
      const { sections, lists } = parseInfo(text)
      const fields = [...sections.values(), ...lists.values()].flatMap((lines) => [...lines])
      const lines = text.split(/\r?\n/).filter((line) => /^[^#:][^:]*:/.test(line))

      // Sections that come in parts are joined, so the order is not that of the text.
      expect(fields.map(([name, value]) => `${name}:${value}`).sort()).toEqual(lines.sort())
    }),
  )
})

test('any text tells the facts of a server as texts', () => {
  fc.assert(
    fc.property(anyInfo, anyReply, (text, reply) => {
      const server = serverInfo(parseInfo(text), readKnownCommands(reply, askCommands))

      expect(server).toEqual({
        runId: expect.any(String),
        redisVersion: expect.any(String),
        mode: expect.any(String),
        role: expect.any(String),
        clusterEnabled: expect.any(Boolean),
        loading: expect.any(Boolean),
        masterNames: expect.any(Array),
        knows: expect.any(Function),
      })
    }),
  )
})

test('any text is read as a list, and every name in it stands in the text', () => {
  fc.assert(
    fc.property(anyInfo, (text) => {
      for (const name of parseNameValueList(text).keys()) expect(text).toContain(`${name}=`)
    }),
  )
})

const word = fc.stringMatching(/^[^,=\s][^,=]*$/)
const pairs = fc.uniqueArray(fc.tuple(word, fc.stringMatching(/^[^,]*(,[^,=]+)*$/)), {
  selector: ([name]) => name,
})

test('a list that is written is read back', () => {
  fc.assert(
    fc.property(pairs, (list) => {
      const text = list.map(([name, value]) => `${name}=${value}`).join(',')

      expect([...parseNameValueList(text)]).toEqual(list)
    }),
  )
})
