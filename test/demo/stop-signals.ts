const names = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/**
 * Settles with the first signal that asks us to stop. The later ones change nothing: the terminal,
 * make and npm each pass on the same Ctrl-C, so one wish to stop may arrive three times.
 */
export async function stopSignal(): Promise<NodeJS.Signals> {
  return await new Promise((resolve) => {
    for (const name of names) {
      process.on(name, () => resolve(name))
    }
  })
}
