import type { Option } from '../options/option.ts'
import { allOptions, type Configurable } from './all-options.ts'

/** The option table of README.md, in Markdown. */
export function optionTable(collectors: readonly Configurable[]): string {
  const rows = Object.values(allOptions(collectors)).map(row)
  return ['| Flag | Environment | Default | Meaning |', '|---|---|---|---|', ...rows, ''].join('\n')
}

function row({ flags, env, help, kind, default: value, ...rest }: Option): string {
  const names = (list: readonly string[], lead = '') =>
    list.map((name) => `\`${lead}${name}\``).join('<br>')
  const { defaultHelp, needs = rest.onlyWith ?? [] } = rest
  const standard = defaultHelp ?? (value === undefined ? '' : `\`${value}\``)
  const only =
    needs.length > 0 ? ` Only with ${needs.map((name) => `--${name}`).join(' or ')}.` : ''
  const meaning = `${help}. Accepts ${kind.accepts}.${only}`.replaceAll('|', '\\|')
  return `| ${names(flags, '--')} | ${names(env)} | ${standard} | ${meaning} |`
}
