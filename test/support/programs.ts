import { accessSync, constants, statSync } from 'node:fs'
import { delimiter, join } from 'node:path'

/** The programs that the tests run beside Node, each with the Debian package that brings it. */
export const debianPackages: Readonly<Record<string, string>> = {
  'redis-server': 'redis-server',
  'redis-sentinel': 'redis-sentinel',
  prometheus: 'prometheus',
  promtool: 'prometheus',
  'prometheus-redis-exporter': 'prometheus-redis-exporter',
  openssl: 'openssl',
  buildah: 'buildah',
  pip3: 'python3-pip',
  python3: 'python3',
  chromium: 'chromium',
}

/** The path of an executable file, looked up in PATH unless the name holds a slash. */
export function findProgram(name: string): string | undefined {
  if (name.includes('/')) {
    return isExecutable(name) ? name : undefined
  }
  return (process.env.PATH ?? '')
    .split(delimiter)
    .filter((folder) => folder !== '')
    .map((folder) => join(folder, name))
    .find(isExecutable)
}

/** Like findProgram, but a missing program is an error that says how to install it. */
export function requireProgram(name: string): string {
  const path = findProgram(name)
  if (path !== undefined) {
    return path
  }
  const debianPackage = debianPackages[name]
  const remedy =
    debianPackage === undefined
      ? 'Is the name right?'
      : `On Debian: apt-get install --no-install-recommends ${debianPackage}`
  throw new Error(`The program ${name} was not found (PATH=${process.env.PATH ?? ''}). ${remedy}`)
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return statSync(path).isFile()
  } catch {
    return false
  }
}
