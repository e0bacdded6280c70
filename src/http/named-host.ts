import type { IncomingMessage } from 'node:http'

type Named = Pick<IncomingMessage, 'url' | 'headers'>

/** The host that a request names, as in `exporter:9121`; empty where it names none. */
export function namedHost({ url = '', headers: { host = '' } }: Named): string {
  // RFC 9112, 3.2.2: the host of an address in full counts.
  if (url.startsWith('/')) return host
  const [, ofAddress = host] = /^https?:\/\/(?:[^/?@]*@)?([^/?]*)/i.exec(url) ?? []
  return ofAddress
}

/** Whether a text may stand where a host is named: RFC 9110, 7.2, of whose ports no digit need be there. */
export function isHost(text: string): boolean {
  return /^(\[[\w.:~%!$&'()*+,;=-]*\]|[\w.~%!$&'()*+,;=-]*)(:\d*)?$/.test(text)
}
