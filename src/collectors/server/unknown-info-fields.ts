import { gauge, sample } from '../../metrics/metric.ts'
import { longestNumber } from '../../metrics/read-value.ts'
import { flag } from '../../options/value-kinds.ts'
import type { Info } from '../../redis/info.ts'
import { type Collector, collector } from '../collector.ts'
import { readList } from '../reading/read-list.ts'

const field = gauge(
  'info_field',
  'A number that the server tells and that no other metric is made of (INFO)',
  ['section', 'field'],
)

/** Series at most; servers of today have some dozens. */
const mostFields = 1_000

// As servers print numbers for machines. Without leading zeros, which commit hashes have.
const number = /^-?(?:0|[1-9]\d*)(?:\.\d+)?$/

/** Makes the collector of all numbers in INFO that none of the given collectors reads. */
export function createUnknownInfoFields(others: readonly Collector[]): Collector {
  // Mostly nobody asks.
  let known: ReturnType<typeof knownFields> | undefined

  return collector({
    name: 'unknown-info-fields',
    help: 'numbers that the server tells and that this exporter does not know, from INFO, with --include-unknown-info-fields',
    metrics: [field],
    options: {
      includeUnknownInfoFields: {
        flags: ['include-unknown-info-fields'],
        env: ['REDIS_EXPORTER_INCL_UNKNOWN_INFO_FIELDS'],
        scope: 'target',
        group: 'Optional metrics',
        help: 'Export numbers of INFO that this exporter has no metric for, as info_field',
        kind: flag,
        default: 'false',
      },
    },
    example: { includeUnknownInfoFields: 'true' },
    isWanted: ({ includeUnknownInfoFields }) => includeUnknownInfoFields,
    async collect(poll) {
      const info = await poll.info()
      let fields = 0
      const read = ([section, name, text]: FieldOf) => {
        fields += 1
        if (fields <= mostFields) return [sample(field, Number(text), { section, field: name })]
        poll.leaveOut(1)
        return []
      }
      known ??= knownFields(others)
      const { names, forms } = known
      const isKnown = (name: string) => names.has(name) || forms.some((form) => form.test(name))
      const isWanted = ([, name, text]: FieldOf) =>
        isNumber(text) && !name.endsWith('_human') && !isKnown(name)
      return readList(poll, allFields(info), read, isWanted)
    },
  })
}

function knownFields(collectors: readonly Collector[]) {
  const all = collectors.flatMap(({ fields = [] }) => fields)
  return {
    names: new Set(all.filter((one) => typeof one === 'string')),
    forms: all.filter((one) => typeof one !== 'string'),
  }
}

type FieldOf = readonly [section: string, name: string, text: string]

function* allFields(info: Info): Generator<FieldOf> {
  for (const [section, fields] of [...info.fields, ...info.lists])
    for (const [name, text] of fields) yield [section, name, text]
}

function isNumber(text: string): boolean {
  return text.length <= longestNumber && number.test(text)
}
