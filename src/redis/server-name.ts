import { ownCopy } from '../own-copy.ts'
import { type Info, sectionFields } from './info.ts'

// What other servers call themselves beside the redis_version that clients want to see: the field
// with their own version, and their name. Sources: their INFO server, as recorded or documented.
const others: readonly (readonly [field: string, name: string])[] = [
  ['valkey_version', 'Valkey'],
  ['dragonfly_version', 'Dragonfly'],
  ['kvrocks_version', 'Kvrocks'],
  ['pika_version', 'Pika'],
  ['redict_version', 'Redict'],
  ['garnet_version', 'Garnet'],
  ['tile38_version', 'Tile38'],
  ['memurai_version', 'Memurai'],
  ['keydb_version', 'KeyDB'],
  ['rlec_version', 'Redis Enterprise'],
]

/**
 * What a server calls itself, such as `Valkey 9.1.2`; `Redis 7.0.15` for one that tells nothing but
 * its redis_version, empty for one that does not even tell that.
 */
export function serverName(info: Info): string {
  // Some tell these fields in other sections, but none in one about what is stored.
  const field = (name: string) => versionText(info.anywhere.get(name))
  for (const [name, called] of others) {
    const version = field(name)
    if (version) return `${called} ${version}`
  }
  const version = field('redis_version')
  const named = ownName(info)
  const own = named && field(`${named.toLowerCase()}_version`)
  if (own) return `${named} ${own}`
  return version ? `${named ?? 'Redis'} ${version}` : (named ?? '')
}

/** The name without a version of its own: KeyDB is known by a section of INFO, others say it. */
function ownName(info: Info): string | undefined {
  if (info.sections.has('keydb')) return 'KeyDB'
  const name = sectionFields(info, 'server').get('server_name')
  // A text of the server, which shall not fill a page.
  if (name === undefined || !/^[a-z][\w .-]{0,30}$/i.test(name)) return undefined
  return `${name.charAt(0).toUpperCase()}${ownCopy(name).slice(1)}`
}

// Dragonfly says df-v1.27.1, and some put a v before the number.
function versionText(text: string | undefined): string | undefined {
  return /^(?:[a-z]+-)?v?(\d[\w.+~-]{0,40})$/i.exec(ownCopy(text ?? '').trim())?.[1]
}
