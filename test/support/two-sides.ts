import { type MutingProxy, startMutingProxy } from './muting-proxy.ts'

/** The addresses of two sides of a network, on which only connections from there come from. */
export const sides = ['127.0.0.2', '127.0.0.3'] as const

export type Side = (typeof sides)[number]

/** A network whose sides can be parted; from 127.0.0.1 both are reached all the time. */
export interface TwoSides extends AsyncDisposable {
  /** Gives who listens on a port of 127.0.0.1 a port at the address of a side. */
  open(side: Side, port: number): Promise<number>
  /** Nothing goes through from one side to the other any more, and nobody is told. */
  part(): void
  /** New connections go through again, and those that were parted are closed. */
  heal(): void
}

/** Whoever is on a side connects from its address, and is known to the others by that and its port. */
export function createTwoSides(): TwoSides {
  const proxies: MutingProxy[] = []
  return {
    async open(side, port) {
      const isOther = (address: string) => address !== side && sides.some((one) => one === address)
      const proxy = await startMutingProxy(port, { host: side, goesMute: isOther })
      proxies.push(proxy)
      return proxy.port
    },
    part() {
      for (const proxy of proxies) {
        proxy.mute()
        proxy.muteNew(true)
      }
    },
    heal() {
      for (const proxy of proxies) {
        proxy.muteNew(false)
        proxy.closeMuted()
      }
    },
    [Symbol.asyncDispose]: async () =>
      void (await Promise.all(proxies.map((proxy) => proxy[Symbol.asyncDispose]()))),
  }
}
