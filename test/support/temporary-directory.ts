import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface TemporaryDirectory extends AsyncDisposable {
  readonly path: string
}

/** A new private folder that is removed on disposal, with all that is in it. */
export async function temporaryDirectory(
  prefix = join(tmpdir(), 'redis-exporter-test-'),
): Promise<TemporaryDirectory> {
  const path = await mkdtemp(prefix)
  return {
    path,
    [Symbol.asyncDispose]: async () => await rm(path, { recursive: true, force: true }),
  }
}
