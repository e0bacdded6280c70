import { expect, test } from 'vitest'
import { createTargetsFileMetrics, type FileState } from '../../src/metrics/targets-file-metrics.ts'
import { withoutHelp } from '../support/fake-poll.ts'
import { unindented } from '../support/unindented.ts'

async function told(state: FileState): Promise<string> {
  const metrics = createTargetsFileMetrics('redis')
  metrics.tell(state)
  return withoutHelp(await metrics.render())
}

test('a file in force is told with when it was read', async () => {
  expect(await told({ failure: undefined, lastSuccess: 1_764_150_000_500 })).toBe(unindented`
    # TYPE redis_exporter_targets_file_last_reload_successful gauge
    redis_exporter_targets_file_last_reload_successful 1
    # TYPE redis_exporter_targets_file_last_reload_success_timestamp_seconds gauge
    redis_exporter_targets_file_last_reload_success_timestamp_seconds 1764150000.5
  `)
})

test('one that fails is told, with when it last did not', async () => {
  const text = await told({ failure: 'a:1: wrong', lastSuccess: 1_000 })

  expect(text).toContain('_last_reload_successful 0\n')
  expect(text).toContain('_timestamp_seconds 1\n')
})

test('one that was never read has no time', async () => {
  expect(await told({ failure: 'not there', lastSuccess: undefined })).not.toMatch(/_seconds \d/)
})
