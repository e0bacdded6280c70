/** A pattern of keys, or a key, of one database. As a binary string: one character for each byte. */
export interface KeyPattern {
  readonly database: number
  readonly pattern: string
}
