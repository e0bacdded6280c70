import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'

/** The text of the library for bcrypt, for a thread of its own; the bundle holds it as a text. */
export const bcryptSource = readFileSync(createRequire(import.meta.url).resolve('bcryptjs'), 'utf8')
