import type { Option } from './option.ts'
import { collectorOptions, options } from './options.ts'

/** The option table of README.md, in Markdown. */
export function optionTable(collectors: Parameters<typeof collectorOptions>[0]): string {
  const rows = [...Object.values(options), ...Object.values(collectorOptions(collectors))].map(row)
  return ['| Flag | Environment | Default | Meaning |', '|---|---|---|---|', ...rows, ''].join('\n')
}

function row({ flags, env, help, kind, default: value, defaultHelp, needs = [] }: Option): string {
  const names = (list: readonly string[], lead = '') =>
    list.map((name) => `\`${lead}${name}\``).join('<br>')
  const standard = defaultHelp ?? (value === undefined ? '' : `\`${value}\``)
  const only =
    needs.length > 0 ? ` Only with ${needs.map((name) => `--${name}`).join(' or ')}.` : ''
  const meaning = `${help}. Accepts ${kind.accepts}.${only}`.replaceAll('|', '\\|')
  return `| ${names(flags, '--')} | ${names(env)} | ${standard} | ${meaning} |`
}
