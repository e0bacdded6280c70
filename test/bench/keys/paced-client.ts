// A program of its own: another user of the server on PORT. It sends a GET or a SET at fixed
// moments, RATE a second for SECONDS, whether those before were answered or not, and prints the
// milliseconds that each took as JSON.
import { connect, type Socket } from 'node:net'
import { encodeCommands } from '../../../src/redis/encode-commands.ts'
import { createReplyReader } from '../../../src/redis/resp.ts'

const { PORT, RATE, SECONDS } = process.env
const rate = Number(RATE)

// Several, since Redis does all that waits on one connection in a row.
const connections = 8
// The first second warms up and does not count.
const warmUp = rate
const requests = warmUp + rate * Number(SECONDS)
const value = 'x'.repeat(40)

const times: number[] = []

interface Line {
  readonly socket: Socket
  readonly sentAt: number[]
}

function openLine(): Line {
  const socket = connect({ port: Number(PORT), host: '127.0.0.1', noDelay: true })
  const sentAt: number[] = []
  const read = createReplyReader(() => {
    times.push(performance.now() - (sentAt.shift() ?? Number.NaN))
    if (times.length === requests) finish()
  })
  socket.on('data', read)
  return { socket, sentAt }
}

const lines = Array.from({ length: connections }, openLine)

function send(index: number): void {
  const line = lines[index % connections]
  const key = `traffic:${index % 100}`
  line?.sentAt.push(performance.now())
  line?.socket.write(encodeCommands([index % 2 === 0 ? ['SET', key, value] : ['GET', key]]))
}

function finish(): void {
  process.stdout.write(JSON.stringify(times.slice(warmUp)), () => process.exit())
}

let sent = 0
const start = performance.now()
const timer = setInterval(() => {
  const due = Math.min(requests, ((performance.now() - start) * rate) / 1e3)
  while (sent < due) send(sent++)
  if (sent === requests) clearInterval(timer)
}, 1)
