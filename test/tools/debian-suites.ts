import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { basename, join, relative } from 'node:path'
import {
  newerKubectl,
  newerPeer,
  newerPrometheus,
  newerServers,
  newerServersFolder,
} from '../support/newer-servers.ts'
import { run } from './run-program.ts'

const suites = ['sid', 'experimental']
const keyring = '/usr/share/keyrings/debian-archive-keyring.gpg'

/** What is wanted, by series: the archive moves on, and with it the last digits. */
const wanted: readonly { readonly packages: readonly string[]; readonly series: RegExp }[] = [
  { packages: ['redis-server', 'redis-tools'], series: /^5:8\.([6-9]|\d\d)/ },
  { packages: ['valkey-server', 'valkey-tools'], series: /^9\.[1-9]/ },
  { packages: ['prometheus-redis-exporter'], series: /^1\.(8[6-9]|9\d|\d{3})/ },
  { packages: ['prometheus'], series: /^3\.([5-9]|\d\d)/ },
  { packages: ['kubectl'], series: /^1\.(3[2-9]|[4-9]\d)/ },
]

// What the programs need beside themselves; the rest of the dependencies is for installing them.
const isUnpacked = (name: string) =>
  /^(lib|zlib)/.test(name) || wanted.some(({ packages }) => packages.includes(name))

/** Unpacks the servers, the Go exporter, the Prometheus and the kubectl of Debian's later suites, and writes their starters. */
export function unpackDebianServers(folder: string): void {
  const work = join(folder, 'apt')
  const root = join(folder, 'root')
  for (const path of ['lists/partial', 'cache/archives/partial', 'packages'])
    mkdirSync(join(work, path), { recursive: true })
  mkdirSync(root)
  writeFileSync(join(work, 'status'), '')
  writeFileSync(join(work, 'sources.list'), sources(mirror()))
  const options = aptOptions(work)
  run('apt-get', [...options, 'update'])
  const chosen = wanted.flatMap(({ packages, series }) =>
    packages.map((name) => `${name}=${newestOf(name, series, options)}`),
  )
  const plan = run('apt-get', [...options, 'install', '-s', '--no-install-recommends', ...chosen])
  const needed = [...plan.matchAll(/^Inst (\S+) \((\S+)/gm)].flatMap(([, name = '', version]) =>
    isUnpacked(name) ? `${name}=${version}` : [],
  )
  const packages = join(work, 'packages')
  run('apt-get', [...options, 'download', ...needed], packages)
  for (const file of readdirSync(packages)) run('dpkg', ['-x', join(packages, file), root])
  writeStarters(folder, root)
}

/** The mirror that the machine itself takes its packages from. */
function mirror(): string {
  const folder = '/etc/apt/sources.list.d'
  const texts = [
    ...readdirSync(folder).map((name) => join(folder, name)),
    '/etc/apt/sources.list',
  ].flatMap((path) => {
    try {
      return /\.(sources|list)$/.test(path) ? readFileSync(path, 'utf8') : []
    } catch {
      return []
    }
  })
  const [, found] =
    /^(?:URIs:|deb(?: \[.*\])?) *(https?:\S*\/debian)\/?(?: |$)/m.exec(texts.join('\n')) ?? []
  return found ?? 'http://deb.debian.org/debian'
}

function sources(mirror: string): string {
  return suites.map((suite) => `deb [signed-by=${keyring}] ${mirror} ${suite} main\n`).join('')
}

/** As if nothing were installed, and nothing of the machine's own lists is touched. */
function aptOptions(work: string): readonly string[] {
  const settings = {
    'Dir::Etc::SourceList': join(work, 'sources.list'),
    'Dir::Etc::SourceParts': '/dev/null',
    'Dir::State': work,
    'Dir::State::status': join(work, 'status'),
    'Dir::State::Lists': join(work, 'lists'),
    'Dir::Cache': join(work, 'cache'),
    'APT::Sandbox::User': 'root',
    'APT::Update::Error-Mode': 'any',
    'Acquire::Languages': 'none',
    'Acquire::Retries': '3',
  }
  return ['-qq', ...Object.entries(settings).flatMap(([name, value]) => ['-o', `${name}=${value}`])]
}

/** The newest version of a series; apt lists the newest first. */
function newestOf(name: string, series: RegExp, options: readonly string[]): string {
  const lines = run('apt-cache', [...options, 'madison', name]).split('\n')
  const versions = lines.flatMap((line) => line.split('|')[1]?.trim() ?? [])
  const found = versions.find((version) => series.test(version))
  if (found !== undefined) return found
  const there = versions.join(', ') || 'none at all'
  throw new Error(`Debian's suites ${suites.join(', ')} have ${name} ${there}; none is ${series}`)
}

/**
 * Each program runs with the loader and libraries that it was unpacked with. One binary serves all
 * names of a server: the name that it is started by decides.
 */
function writeStarters(folder: string, root: string): void {
  const paths = readdirSync(root, { recursive: true }).map(String)
  const loader = paths.find((path) => /^usr\/lib\/.*-linux-gnu\/ld-linux[^/]*\.so\.\d+$/.test(path))
  if (loader === undefined) throw new Error('there is no dynamic loader among the packages')
  const place = (path: string) => join(newerServersFolder, relative(folder, join(root, path)))
  const write = (starter: string, name: string, binary: string) => {
    const words = [
      ...[place(loader), '--argv0', name, '--library-path', place(join(loader, '..'))],
      place(`usr/bin/${binary}`),
    ]
    const text = `#!/bin/sh\nexec ${words.map((word) => `'${word}'`).join(' ')} "$@"\n`
    writeFileSync(join(folder, basename(starter)), text, { mode: 0o755 })
  }
  write(newerServers['redis-8'], 'redis-server', 'redis-check-rdb')
  write(newerServers['valkey-9'], 'valkey-server', 'valkey-check-rdb')
  // Go programs without libraries of their own.
  symlinkSync('root/usr/bin/prometheus-redis-exporter', join(folder, basename(newerPeer)))
  symlinkSync('root/usr/bin/prometheus', join(folder, basename(newerPrometheus)))
  symlinkSync('root/usr/bin/kubectl', join(folder, basename(newerKubectl)))
}
