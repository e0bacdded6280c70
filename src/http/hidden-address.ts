import type { IncomingMessage } from 'node:http'

/** What a request asks for, and of which host, while that is nothing to whoever has the request. */
export interface HiddenAddress {
  hide(request: IncomingMessage): void
  /** Before another one is hidden. */
  show(request: IncomingMessage): void
}

/**
 * @hono/node-server makes a URL of it, at which nobody looks here, and refuses without a word what it cannot make
 * one of, though HTTP allows more. It asks for the answer in the turn in which the request comes.
 */
export function createHiddenAddress(): HiddenAddress {
  let url = ''
  let host: string | undefined
  return {
    hide(request) {
      url = request.url ?? ''
      host = request.headers.host
      request.url = '/'
      request.headers.host = ''
    },
    show(request) {
      request.url = url
      request.headers.host = host
    },
  }
}
