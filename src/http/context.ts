import type { HttpBindings } from '@hono/node-server'

/** What a handler sees of Node.js: the request and the response underneath. */
export interface NodeContext {
  readonly Bindings: HttpBindings & {
    /** Whether the asker did not log in where others have to. */
    readonly isStranger?: boolean
  }
}
