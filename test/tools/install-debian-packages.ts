import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { findProgram } from '../support/programs.ts'

// Debian starts a service as soon as it is installed, and again at each boot. The first is
// prevented by a policy file that stands there during the installation only, unless the machine
// has one of its own; the second is taken back afterwards, for what we installed and no more.
const script = `
policy=/usr/sbin/policy-rc.d
mark='Made by redis-exporter while it installs packages.'
if [ ! -e "$policy" ] || grep -q "$mark" "$policy"; then
  trap 'rm -f "$policy"' EXIT
  trap 'exit 130' HUP INT TERM
  printf '#!/bin/sh\\n# %s\\nexit 101\\n' "$mark" > "$policy"
  chmod 755 "$policy"
fi
export DEBIAN_FRONTEND=noninteractive
options='-o DPkg::Lock::Timeout=120 -o Dpkg::Use-Pty=0'
apt-get update -q $options && apt-get install -q -y --no-install-recommends $options "$@" || exit 1
for service in "$@"; do
  if [ -e "/etc/init.d/$service" ]; then update-rc.d "$service" disable; fi
  if command -v systemctl; then systemctl disable --quiet "$service"; fi
done
exit 0
`

/** The command that a person types to install packages. */
export function installCommand(packages: readonly string[]): string {
  return `sudo apt-get install --no-install-recommends ${packages.join(' ')}`
}

/**
 * Installs Debian packages without questions and without leaving any of their services running.
 * Returns undefined, or the reason why it could not.
 */
export function installDebianPackages(packages: readonly string[]): string | undefined {
  if (findProgram('apt-get') === undefined || !existsSync('/etc/debian_version')) {
    return 'this is no Debian, and no system derived from it'
  }
  const prefix = rootPrefix()
  if (prefix === undefined) {
    return 'we are neither root, nor may we call sudo without a password'
  }
  const [command = 'sh', ...args] = [...prefix, 'sh', '-c', script, 'install', ...packages]
  const { status, error, stdout, stderr } = spawnSync(command, args, {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    maxBuffer: 64 * 1024 * 1024,
  })
  return status === 0 ? undefined : `apt-get failed:\n${error ?? ''}${stdout}${stderr}`
}

/** What to put before a command that needs root; undefined when there is no way. */
function rootPrefix(): readonly string[] | undefined {
  if (process.getuid?.() === 0) {
    return []
  }
  const allowed = spawnSync('sudo', ['-n', 'true'], { stdio: 'ignore' }).status === 0
  return allowed ? ['sudo', '-n'] : undefined
}
