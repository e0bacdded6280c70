import { describe, expect, test } from 'vitest'
import { readConfig } from '../../src/config/config.ts'
import type { Option } from '../../src/config/option.ts'
import { options } from '../../src/config/options.ts'
import { readTable } from '../support/fixtures.ts'

// The flags of the Go exporter that we have: whoever swaps the image keeps the command line. Those
// about several targets and about our own port are still to come.
const toCome =
  /^(redis\.password-file|cluster-discover-hostnames|basic-auth-.*|tls-server-(key|cert|ca-cert)-file|tls-server-min-version|disable-scrape-endpoint)$/
const rows = readTable('reference/flags.tsv').filter(({ flag = '' }) => !toCome.test(flag))
const ours: readonly Option[] = Object.values(options)

describe.each(rows.filter(({ flag }) => flag !== 'version'))('--$flag', (row) => {
  const option = ours.find(({ flags }) => flags.includes(row.flag ?? ''))

  test('is there', () => {
    expect(option).toBeDefined()
  })

  test('is read from the same variable', () => {
    expect(option?.env).toContain(row.env)
  })

  test('has the same default', () => {
    expect(option?.default ?? '').toBe(row.default)
  })

  test('is a boolean here if it is one there', () => {
    expect(option?.kind.placeholder === 'true|false').toBe(row.type === 'bool')
  })
})

test('--version asks for the version, and is off by default', () => {
  const request = (args: readonly string[]) =>
    readConfig({ args, env: {}, collectors: [], canRead: () => true }).kind

  expect(rows).toContainEqual({ flag: 'version', env: '', type: 'bool', default: 'false' })
  expect(request([])).toBe('run')
  expect(request(['--version'])).toBe('version')
  expect(request(['-version'])).toBe('version')
})
