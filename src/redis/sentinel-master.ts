import { parseNameValueList } from './names-and-values.ts'

const [nameBegin, nameEnd] = ['name=', ',status=']

/**
 * Reads the line of a master in INFO of a Sentinel, such as
 * `name=mine,status=ok,address=127.0.0.1:6379,slaves=1,sentinels=3`. The name is whatever its
 * operator chose, with commas and equals signs; what stands behind it holds neither.
 */
export function parseSentinelMaster(text: string): ReadonlyMap<string, string> {
  const end = text.lastIndexOf(nameEnd)
  if (!text.startsWith(nameBegin) || end < 0) return parseNameValueList(text)
  const name = text.slice(nameBegin.length, end)
  return new Map([...parseNameValueList(text.slice(end + 1)), ['name', name]])
}
