import { isIPv6 } from 'node:net'
import { fitsSocket, mostPathBytes } from './socket-path.ts'

const scheme = /^[a-z][a-z0-9+.-]*:\/\//i

const severalAddresses = 'between several addresses stands a comma'

/**
 * What is wrong with a text that is no address, in words that show nothing of it; undefined where
 * that is not one of the mistakes that we know.
 */
export function addressHint(text: string): string | undefined {
  const place = text.replace(scheme, '').replace(/^.*@/s, '')
  if (/^["'\s]|["'\s]$/.test(text)) return 'it begins or ends with a quote or a blank'
  if (isLongPath(text)) return `the path of a socket has ${mostPathBytes} bytes at most`
  if (/\$[({]|\{\{/.test(place)) return 'it holds a variable that nobody put in'
  if (/\S[;\s]+\S/.test(place)) return severalAddresses
  if (isOfOtherScheme(text)) return 'its scheme is not one of these; with TLS it is rediss://'
  if (/^\//.test(text)) return 'the path of a socket begins with unix://'
  if (isIPv6(place.replace(/:\d+$/, '')) || isIPv6(place))
    return 'an IPv6 address stands in brackets, as in [::1]:6379'
  if (/^:?\d+([/?]|$)/.test(place))
    return 'it is a port without a host; for this machine write localhost:6379'
  if (/[?#]/.test(place)) return 'behind the port there may be /db or ?db=, and nothing else'
  return undefined
}

function isLongPath(text: string): boolean {
  const [, path] = /^unix:\/\/(?:[^/].*@)?(\/.*?)(?:\?db=\d+)?$/is.exec(text) ?? []
  return path !== undefined && !fitsSocket(path)
}

function isOfOtherScheme(text: string): boolean {
  const [given = ''] = scheme.exec(text) ?? []
  return given !== '' && !/^(rediss?|valkeys?|tcp|unix):/i.test(given)
}

/** Whether a text is a list of addresses, though the beginning of one might pass for a password. */
export function isList(text: string): boolean {
  const plain = text.replace(/^unix:.*/is, '')
  return /[,;\s]\s*[a-z][a-z0-9+.-]*:\/\//i.test(text) || /,[^@]*$/.test(plain)
}
