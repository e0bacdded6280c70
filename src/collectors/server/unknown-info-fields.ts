import { gauge, sample } from '../../metrics/metric.ts'
import { longestNumber } from '../../metrics/read-value.ts'
import { type Info, sectionFields } from '../../redis/info.ts'
import type { Collector } from '../collector.ts'
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
  const all = others.flatMap(({ fields = [] }) => fields)
  const names = new Set(all.filter((one) => typeof one === 'string'))
  const forms = all.filter((one) => typeof one !== 'string')
  const isKnown = (name: string) => names.has(name) || forms.some((form) => form.test(name))

  return {
    name: 'unknown-info-fields',
    help: 'numbers that the server tells and that this exporter does not know, from INFO, with --include-unknown-info-fields',
    metrics: [field],
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
      const isWanted = ([, name, text]: FieldOf) =>
        isNumber(text) && !name.endsWith('_human') && !isKnown(name)
      return readList(poll, allFields(info), read, isWanted)
    },
  }
}

type FieldOf = readonly [section: string, name: string, text: string]

function* allFields(info: Info): Generator<FieldOf> {
  for (const section of info.sections.keys())
    for (const [name, text] of sectionFields(info, section)) yield [section, name, text]
}

function isNumber(text: string): boolean {
  return text.length <= longestNumber && number.test(text)
}
