/*
 * Request, Response and Headers of Node.js, as the bundle sees them. To load the real ones takes half
 * as long as to start Node.js, and nothing that we answer needs them: the server has light ones of its
 * own, which derive from them.
 */

type Class = abstract new (...args: never[]) => object

/**
 * Stands in for a class of the platform, to be derived from and asked about, until an object of it is
 * made: from then on it derives from the real one, and what it makes are objects of that.
 */
export function whenNeeded(name: string): Class {
  let real: Class | undefined

  function load(): Class {
    real ??= Reflect.get(globalThis, name) as Class
    Object.setPrototypeOf(StandIn, real)
    Object.setPrototypeOf(StandIn.prototype, real.prototype)
    return real
  }

  // No class, for those cannot make objects of another one.
  function StandIn(...args: never[]): object {
    const made = load()
    return Reflect.construct(made, args, new.target === StandIn ? made : (new.target ?? made))
  }
  Object.defineProperty(StandIn, Symbol.hasInstance, {
    value: (object: unknown) => isInstance(real ?? StandIn, object),
  })
  return StandIn as unknown as Class
}

function isInstance(of: object, object: unknown): boolean {
  return Function.prototype[Symbol.hasInstance].call(of as never, object)
}

/*
 * The global object, as the bundle sees it: in it the server puts its own in the places of these. That in the
 * real one they are never looked at matters, because from Node.js 22 on to ask what stands there loads it.
 */
export const BundleGlobal: object = Object.create(globalThis)

export const LazyRequest = whenNeeded('Request')
export const LazyResponse = whenNeeded('Response')
export const LazyHeaders = whenNeeded('Headers')

/** What a handler returns that has answered by itself, in the place of that of @hono/node-server. */
export const alreadySent = {
  body: null,
  headers: Object.create(LazyHeaders.prototype, {
    has: { value: () => false },
    [Symbol.iterator]: { value: () => [['x-hono-already-sent', 'true']].values() },
  }),
}
