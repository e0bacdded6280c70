const scheme = /^[a-z][a-z0-9+.-]*:\/\//i

/**
 * What is wrong with a text that is no address, in words that show nothing of it; undefined where
 * that is not one of the mistakes that we know.
 */
export function addressHint(text: string): string | undefined {
  const place = text.replace(scheme, '').replace(/^.*@/s, '')
  if (isList(text)) return 'it holds several addresses, and one exporter watches one server'
  if (/^["'\s]|["'\s]$/.test(text)) return 'it begins or ends with a quote or a blank'
  if (/^:?\d+([/?]|$)/.test(place))
    return 'it is a port without a host; for this machine write localhost:6379'
  if (/[?#]/.test(place)) return 'behind the port there may be /db or ?db=, and nothing else'
  return undefined
}

/** Whether a text is a list of addresses, though the beginning of one might pass for a password. */
export function isList(text: string): boolean {
  return /,\s*[a-z][a-z0-9+.-]*:\/\//i.test(text) || /,[^@]*$/.test(text.replace(/^unix:.*/is, ''))
}
