import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { eventually } from '../support/eventually.ts'
import { rawClient } from '../support/raw-client.ts'
import { type ServedExporter, serveExporter } from '../support/served-exporter.ts'

let exporter: ServedExporter

beforeAll(async () => {
  exporter = await serveExporter()
})
afterAll(() => exporter.stop(0))

/** A request as it travels: the lines given, each with its end, and the empty one. */
const lines = (...texts: readonly string[]) => `${texts.join('\r\n')}\r\n\r\n`
const get = (target: string, ...fields: readonly string[]) =>
  lines(`GET ${target} HTTP/1.1`, 'Host: a', ...fields)

/** The request, the beginning of each answer in its order, and what is counted. */
type Case = readonly [name: string, request: string, answers: string, counted: string]

const nothing = ''
const served = 'served under the path that is counted'

const sections: readonly (readonly [string, readonly Case[]])[] = [
  [
    'another spelling of a path is',
    [
      ['not a dot segment', get('/./metrics'), '404', 'other 404'],
      ['not a parent segment', get('/x/../metrics'), '404', 'other 404'],
      ['not an escaped letter', get('/%6detrics'), '404', 'other 404'],
      ['not an escaped dot segment', get('/%2e/metrics'), '404', 'other 404'],
      ['not two slashes', get('//metrics'), '404', 'other 404'],
      ['not a path that looks like a host', get('//metrics/healthz'), '404', 'other 404'],
      ['not a slash at the end', get('/metrics/'), '404', 'other 404'],
      ['not another case', get('/METRICS'), '404', 'other 404'],
      ['not a fragment', get('/metrics#x'), '404', 'other 404'],
      ['not a parameter', get('/metrics;x'), '404', 'other 404'],
      ['not an escaped null', get('/metrics%00'), '404', 'other 404'],
      ['not a wrong escape', get('/%zz'), '404', 'other 404'],
      ['not a name that objects have', get('/__proto__'), '404', 'other 404'],
      ['not a backslash', get('/\\metrics'), '400', 'other 400'],
      ['not a backslash in the place of the slash', get('\\metrics'), '400', nothing],
      ['not a path without slash', get('metrics'), '400', nothing],
      ['not one with a tab', get('/met\trics'), '400', nothing],
      ['not one beyond ASCII', get('/\xc3\xbc'), '400', nothing],
      ['not one of 17 kB', get(`/${'x'.repeat(17_000)}`), '431', nothing],
    ],
  ],
  [
    'an address in full is',
    [
      [served, get('http://other/metrics'), '200', '/metrics 200'],
      [`${served}, with https`, get('https://other/healthz'), '200', '/healthz 200'],
      [`${served}, with a user`, get('http://u:p@other/healthz'), '200', '/healthz 200'],
      [`${served}, in capitals`, get('HTTP://other/healthz'), '200', '/healthz 200'],
      ['that of the page where it has no path', get('http://other'), '200', '/ 200'],
      ['refused with another scheme', get('ftp://other/healthz'), '400', 'other 400'],
      ['refused with a host that is none', get('http://[a/healthz'), '400', '/healthz 400'],
    ],
  ],
  [
    'the host',
    [
      ['may be given once only', get('/metrics', 'Host: b'), '400', '/metrics 400'],
      ['may not even be the same twice', get('/healthz', 'hOST: a'), '400', '/healthz 400'],
      ['must be given', lines('GET /healthz HTTP/1.1'), '400', nothing],
      ['may be empty', lines('GET /healthz HTTP/1.1', 'Host:'), '200', '/healthz 200'],
      ['must be one', lines('GET /healthz HTTP/1.1', 'Host: a b'), '400', '/healthz 400'],
      ['has no user', lines('GET /healthz HTTP/1.1', 'Host: a@b'), '400', '/healthz 400'],
      ['has no path', lines('GET /healthz HTTP/1.1', 'Host: a/b'), '400', '/healthz 400'],
      ['may have a port without a digit', lines('GET / HTTP/1.1', 'Host: a:'), '200', '/ 200'],
      ['may have a port beyond all', lines('GET / HTTP/1.1', 'Host: a:99999'), '200', '/ 200'],
      [
        'may be an address with a zone',
        lines('GET / HTTP/1.1', 'Host: [fe80::1%25eth0]:9121'),
        '200',
        '/ 200',
      ],
      [
        'may have any sign of a name',
        lines('GET / HTTP/1.1', "Host: a_%41!$&'()*+,;=~"),
        '200',
        '/ 200',
      ],
      ['may be an address', lines('GET / HTTP/1.1', 'Host: [::1]:9121'), '200', '/ 200'],
      ['need not be given in HTTP/1.0', lines('GET / HTTP/1.0'), '200', '/ 200'],
    ],
  ],
  [
    'the method',
    [
      ['HEAD is served', get('/metrics').replace('GET', 'HEAD'), '200', '/metrics 200'],
      ['TRACE is refused', get('/metrics').replace('GET', 'TRACE'), '405', '/metrics 405'],
      ['PURGE is refused', get('/metrics').replace('GET', 'PURGE'), '405', '/metrics 405'],
      [
        'OPTIONS of everything is refused',
        lines('OPTIONS * HTTP/1.1', 'Host: a'),
        '400',
        'other 400',
      ],
      [
        'CONNECT is closed without an answer',
        lines('CONNECT a:80 HTTP/1.1', 'Host: a'),
        '',
        nothing,
      ],
      ['in small letters is none', get('/metrics').replace('GET', 'get'), '400', nothing],
      ['that nobody knows is none', get('/metrics').replace('GET', 'FOO'), '400', nothing],
    ],
  ],
  [
    'where one request ends and the next begins is never in doubt:',
    [
      ['two lengths', get('/', 'Content-Length: 3', 'Content-Length: 4'), '400', nothing],
      ['the same twice', get('/', 'Content-Length: 0', 'Content-Length: 0'), '400', nothing],
      ['a list of lengths', get('/', 'Content-Length: 3, 3'), '400', nothing],
      ['a length below 0', get('/', 'Content-Length: -1'), '400', nothing],
      ['a length with a sign', get('/', 'Content-Length: +3'), '400', nothing],
      ['a length beyond all', get('/', `Content-Length: ${'9'.repeat(20)}`), '400', nothing],
      [
        'length and chunks',
        get('/', 'Content-Length: 3', 'Transfer-Encoding: chunked'),
        '400',
        nothing,
      ],
      ['chunks', `${get('/', 'Transfer-Encoding: chunked')}0\r\n\r\n`, '413', '/ 413'],
      ['an unknown coding', get('/', 'Transfer-Encoding: xchunked'), '413', '/ 413'],
      ['a blank before the colon', get('/', 'Content-Length : 3'), '400', nothing],
      ['a folded line', get('/', 'X: a', ' b'), '400', nothing],
      ['a line feed alone', 'GET / HTTP/1.1\nHost: a\n\n', '400', nothing],
      ['a carriage return alone', get('/', 'X: a\rb'), '400', nothing],
    ],
  ],
  [
    'what is asked for besides is not given:',
    [
      ['HTTP/2 in clear', get('/', 'Connection: Upgrade', 'Upgrade: h2c'), '200', '/ 200'],
      ['a WebSocket', get('/', 'Connection: Upgrade', 'Upgrade: websocket'), '200', '/ 200'],
      ['HTTP/2 at once', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', '400', nothing],
      ['a version that is none', lines('GET / HTTP/1.2', 'Host: a'), '400', nothing],
      ['a range', get('/metrics', 'Range: bytes=0-10'), '200', '/metrics 200'],
      ['a go-ahead', get('/', 'Expect: 100-continue'), '200', '/ 200'],
      ['another expectation', get('/', 'Expect: tea'), '417', '/ 417'],
      ['TLS', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03', '400', nothing],
      ['nulls', '\0\0\0\0', '400', nothing],
    ],
  ],
  [
    'of header fields there may be',
    [
      ['two hundred', get('/', ...Array(199).fill('X:')), '200', '/ 200'],
      ['no more', get('/', ...Array(200).fill('X:')), '431', '/ 431'],
      [
        'and none hides behind them',
        get('/', ...Array(3_000).fill('X:'), 'Host: b'),
        '431',
        '/ 431',
      ],
    ],
  ],
  [
    'requests in a row',
    [
      ['are answered one by one', get('/health').repeat(3), '200,200,200', '/health 200 x3'],
      [
        'are answered by the hundred',
        get('/ready').repeat(500),
        `${'503,'.repeat(499)}503`,
        '/ready 503 x500',
      ],
      [
        'may have a body between them',
        `${get('/', 'Content-Length: 3')}abc${get('/none')}`,
        '200,404',
        '/ 200,other 404',
      ],
      ['may have empty lines before them', `\r\n\r\n${get('/')}`, '200', '/ 200'],
    ],
  ],
]

describe.each(sections)('%s', (_section, cases) => {
  test.each(cases)('%s', async (_name, request, answers, counted) => {
    const before = exporter.answers.length
    using client = await rawClient(exporter.port)
    client.socket.write(Buffer.from(request, 'latin1'))

    await eventually(() => {
      const received = client.received().match(/(?<=^HTTP\/1\.1 )\d+/gm) ?? []
      expect(received.join(',')).toBe(answers)
      expect(tally(exporter.answers.slice(before))).toBe(counted)
      // What is refused before it is read is closed too.
      if (counted === nothing && answers !== '417') expect(client.ended()).toBeDefined()
    })
  })
})

/** Each with how often it comes, if more than once. */
function tally(answers: readonly string[]): string {
  const counts = new Map<string, number>()
  for (const answer of answers) counts.set(answer, (counts.get(answer) ?? 0) + 1)
  return [...counts].map(([text, count]) => (count > 1 ? `${text} x${count}` : text)).join(',')
}
