import { mkdir, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** A folder as Kubernetes makes it of a ConfigMap or a Secret. */
export interface KubernetesVolume {
  /** The path of a file, which is a link through `..data`. */
  path(name: string): string
  /** Puts other files in the place of those before, all at once: `..data` leads to another folder. */
  publish(files: Readonly<Record<string, string>>): Promise<void>
}

/** A volume in a folder that need not be there yet. */
export function kubernetesVolume(root: string): KubernetesVolume {
  let count = 0
  return {
    path: (name) => join(root, name),
    async publish(files) {
      const before = `..version${count++}`
      const version = `..version${count}`
      await mkdir(join(root, version), { recursive: true })
      for (const [name, text] of Object.entries(files))
        await writeFile(join(root, version, name), text)
      await symlink(version, join(root, '..data_tmp'))
      await rename(join(root, '..data_tmp'), join(root, '..data'))
      for (const name of Object.keys(files))
        await symlink(join('..data', name), join(root, name)).catch((error) => {
          if (error.code !== 'EEXIST') throw error
        })
      await rm(join(root, before), { recursive: true, force: true })
    },
  }
}
