/** The first so many addresses of 127.0.0.0/8 from 127.1.0.1 on, without those that end in 0 or 255. */
export function loopbackHosts(count: number): readonly string[] {
  return Array.from(
    { length: count },
    (_, index) =>
      `127.${1 + Math.floor(index / 64_516)}.${Math.floor(index / 254) % 254}.${1 + (index % 254)}`,
  )
}
