/*
 * Request, Response and Headers of Node.js, as the bundle sees them. The real ones come with all of fetch: to
 * load that takes half as long as to start Node.js, and ends the process where WebAssembly cannot be had. The
 * server has light ones of its own, which derive from them, but for Headers; nothing that we answer needs more.
 */

/** Stands in for a class that is derived from and asked about, and of which there are no objects. */
export function withoutObjects(name: string): new () => object {
  // No arrow, from which nothing can be derived.
  function StandIn(): never {
    throw new TypeError(`The exporter has no ${name} of Node.js.`)
  }
  return StandIn as unknown as new () => object
}

type Pairs = Iterable<readonly [name: string, value: string]>

/** Headers for what Hono and its server make of an answer: no cookies, and in the order in which they came. */
export class LightHeaders {
  readonly #values = new Map<string, string>()

  constructor(init: Pairs | Readonly<Record<string, string>> = {}) {
    const pairs = isPairs(init) ? init : Object.entries(init)
    for (const [name, value] of pairs) this.append(name, value)
  }

  get(name: string): string | null {
    return this.#values.get(name.toLowerCase()) ?? null
  }

  has(name: string): boolean {
    return this.#values.has(name.toLowerCase())
  }

  set(name: string, value: string): void {
    this.#values.set(name.toLowerCase(), value)
  }

  append(name: string, value: string): void {
    const known = this.get(name)
    this.set(name, known === null ? value : `${known}, ${value}`)
  }

  delete(name: string): void {
    this.#values.delete(name.toLowerCase())
  }

  [Symbol.iterator](): IterableIterator<[string, string]> {
    return this.#values.entries()
  }
}

function isPairs(init: Pairs | Readonly<Record<string, string>>): init is Pairs {
  return Symbol.iterator in init
}

/*
 * The global object, as the bundle sees it: in it the server puts its own in the places of these. That in the
 * real one they are never looked at matters, because from Node.js 22 on to ask what stands there loads it.
 */
export const BundleGlobal: object = Object.create(globalThis)

export const NoRequest = withoutObjects('Request')
export const NoResponse = withoutObjects('Response')

/** What a handler returns that has answered by itself, in the place of that of @hono/node-server. */
export const alreadySent = {
  body: null,
  headers: new LightHeaders({ 'x-hono-already-sent': 'true' }),
}
