import { expect, test } from 'vitest'
import { threads } from '../../../src/collectors/server/threads.ts'
import { collected, fakePoll, samplesOf } from '../../support/fake-poll.ts'
import { unindented } from '../../support/unindented.ts'

// The documentation of INFO of Redis 8.0 gives the form.
test('each I/O thread has its clients, reads and writes', async () => {
  const info = unindented`
    # Threads
    io_thread_0:clients=7,reads=48677,writes=44861
    io_thread_12:writes=3,new=x,clients=0,reads=4
  `

  expect(await collected(threads, { info })).toBe(unindented`
    # TYPE redis_io_thread_clients gauge
    redis_io_thread_clients{thread="0"} 7
    redis_io_thread_clients{thread="12"} 0
    # TYPE redis_io_thread_reads_total counter
    redis_io_thread_reads_total{thread="0"} 48677
    redis_io_thread_reads_total{thread="12"} 4
    # TYPE redis_io_thread_writes_total counter
    redis_io_thread_writes_total{thread="0"} 44861
    redis_io_thread_writes_total{thread="12"} 3
  `)
})

test.each(['io_thread_x', 'io_thread_1_max', 'x_io_thread_1'])(
  'the line %s is not one of a thread',
  async (field) => {
    expect(await collected(threads, { info: `# Threads\n${field}:clients=1\n` })).toBe('')
  },
)

test('a part that is no number is rejected alone', async () => {
  const poll = fakePoll({ info: '# Threads\nio_thread_0:clients=many,reads=1\n' })
  const samples = await samplesOf(threads, poll)

  expect(samples.map(({ metric }) => metric.name)).toEqual(['io_thread_reads_total'])
  expect(poll.rejected).toEqual(['io_thread_0 clients: many'])
})
