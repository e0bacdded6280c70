import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Exporter, type ExporterOptions, startExporter } from '../support/exporter.ts'
import { importing } from '../support/importing.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'
import { bundleFile } from './node-program.ts'

/** How long a turn of the event loop took: of the processor, and by the clock, in milliseconds. */
export interface Turn {
  readonly processor: number
  readonly wall: number
  /** In milliseconds since 1970. */
  readonly endedAt: number
}

const probe = new URL('./turn-probe.ts', import.meta.url)

/**
 * The turns of the main thread of an exporter over a millisecond, while something was done with it.
 * What else the machine does, and other threads of the exporter, make a turn longer by the clock and
 * take nothing of the processor in it. `work` tells from when on they count.
 */
export async function turnsOf(
  options: ExporterOptions,
  work: (exporter: Exporter) => Promise<number>,
): Promise<readonly Turn[]> {
  await using directory = await temporaryDirectory()
  const file = join(directory.path, 'turns')
  const env = {
    ...options.env,
    TURNS: file,
    NODE_OPTIONS: `${options.env?.NODE_OPTIONS ?? ''} ${importing(bundleFile(probe, 'esm'))}`,
  }
  await using exporter = await startExporter({ ...options, env })
  const from = await work(exporter)
  await exporter.stop()
  const turns: readonly Turn[] = JSON.parse(readFileSync(file, 'utf8'))
  return turns.filter(({ endedAt }) => endedAt >= from)
}
