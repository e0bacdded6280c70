// A program of its own: bare node:http that serves what it got once from SOURCE, with the same
// headers. The least that a Node.js server can do, and so the measure for ours.
import { createServer, get } from 'node:http'

const { SOURCE = '', ACCEPT_ENCODING, PORT } = process.env

// Node.js writes these itself.
const automatic = ['date', 'connection', 'keep-alive']

const ask = ACCEPT_ENCODING === undefined ? {} : { 'Accept-Encoding': ACCEPT_ENCODING }

get(SOURCE, { headers: ask, agent: false }, (answer) => {
  const chunks: Buffer[] = []
  answer.on('data', (chunk: Buffer) => chunks.push(chunk))
  answer.on('end', () => {
    const body = Buffer.concat(chunks)
    const headers: Record<string, string> = {}
    for (let index = 0; index < answer.rawHeaders.length; index += 2) {
      const [name = '', value = ''] = answer.rawHeaders.slice(index, index + 2)
      if (!automatic.includes(name.toLowerCase())) headers[name] = value
    }
    const server = createServer((_request, response) => {
      response.writeHead(200, headers)
      response.end(body)
    })
    // It stands in the Keep-Alive header of each answer.
    server.keepAliveTimeout = 65_000
    server.listen(Number(PORT), '127.0.0.1')
  })
})
