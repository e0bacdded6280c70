import { eventually } from '../support/eventually.ts'
import { type Exporter, startExporter } from '../support/exporter.ts'

/** Starts our exporter and returns when it has polled once. */
export async function startReadyExporter(env: Readonly<Record<string, string>>): Promise<Exporter> {
  const exporter = await startExporter({ env })
  await eventually(async () => {
    const { status } = await exporter.get('/ready')
    if (status !== 200) throw new Error(`/ready answers ${status}`)
  })
  return exporter
}
