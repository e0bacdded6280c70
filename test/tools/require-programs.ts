// Makes sure that the programs which the tests run are there: `npm run programs`. Installs what is
// missing where it may, else says what to install and fails, so that no test is silently skipped.
import { debianPackages, findProgram } from '../support/programs.ts'
import { installCommand, installDebianPackages } from './install-debian-packages.ts'

/** The variables that name another binary, as the support modules read them. */
const replacements: Readonly<Record<string, string | undefined>> = {
  'redis-server': process.env.REDIS_SERVER,
  'redis-sentinel': process.env.REDIS_SENTINEL ?? process.env.REDIS_SERVER,
  prometheus: process.env.PROMETHEUS,
  promtool: process.env.PROMTOOL,
  'prometheus-redis-exporter': process.env.PEER,
  chromium: process.env.CHROMIUM,
}

function missingPrograms(): readonly string[] {
  return Object.keys(debianPackages).filter(
    (program) => findProgram(replacements[program] ?? program) === undefined,
  )
}

function packagesOf(programs: readonly string[]): readonly string[] {
  return [...new Set(programs.map((program) => debianPackages[program] ?? program))]
}

function requirePrograms(): number {
  const missing = missingPrograms()
  if (missing.length === 0) {
    return 0
  }
  for (const program of missing) {
    console.error(`missing: ${program} (Debian package ${debianPackages[program]})`)
  }
  const packages = packagesOf(missing)
  console.error(`installing ${packages.join(', ')} ...`)
  const refusal = installDebianPackages(packages)
  const still = packagesOf(missingPrograms())
  if (still.length === 0) {
    return 0
  }
  console.error(`Could not install: ${refusal ?? 'the packages did not bring the programs'}`)
  console.error(`The tests need these programs. On Debian: ${installCommand(still)}`)
  return 1
}

process.exitCode = requirePrograms()
