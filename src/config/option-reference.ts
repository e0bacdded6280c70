import { groups, type Option } from '../options/option.ts'
import { flag } from '../options/value-kinds.ts'
import { allOptions, type Configurable } from './all-options.ts'

const introduction = `# Options

Written by \`make docs\` from the declarations; a test compares the two. The groups are those of \`--help\`.

A flag beats a variable, a variable beats the default. \`--name value\`, \`--name=value\` and the same with one dash mean the same.
What is true or false by default accepts these two: \`--flag\` or \`--flag=false\`. An empty variable counts as not set.
Variables without the prefix \`REDIS_EXPORTER_\` are known with it too (\`REDIS_EXPORTER_POLL_INTERVAL\`).

All mistakes are told at once, with exit code 2; so are contradictions, such as \`REDIS_URL\` beside another \`REDIS_ADDR\`. The
start warns of a variable with the prefix that nobody knows, and of whatever has no effect, such as \`--export-client-port\` without
\`--export-client-list\`.

\`NAMESPACE\` renames every metric, and other programs have a variable of that name too: the log line \`starting\` tells it and
where it comes from. [Addresses and passwords](../targets/README.md) have a page of their own.
`

/** The reference of all options, in Markdown, in the groups of --help. */
export function optionReference(collectors: readonly Configurable[]): string {
  const all = Object.values(allOptions(collectors))
  const sections = groups.map((group) => {
    const rows = all.filter((option) => option.group === group)
    return `## ${group}\n\n${table(rows)}`
  })
  return [introduction, ...sections].join('\n')
}

/** A table of some options, by their flags, in the same form. */
export function optionTable(flags: readonly string[], collectors: readonly Configurable[]): string {
  const all: readonly Option[] = Object.values(allOptions(collectors))
  return table(flags.flatMap((name) => all.filter((option) => option.flags.includes(name))))
}

function table(options: readonly Option[]): string {
  const rows = options.map(row)
  return ['| Flag | Environment | Default | Meaning |', '|---|---|---|---|', ...rows, ''].join('\n')
}

function row({ flags, env, help, kind, default: value, ...rest }: Option): string {
  const names = (list: readonly string[], lead = '') =>
    list.map((name) => `\`${lead}${name}\``).join('<br>')
  const { defaultHelp, needs = rest.onlyWith ?? [] } = rest
  const standard = defaultHelp ?? (value === undefined ? '' : `\`${value}\``)
  const accepts = kind === flag ? '' : ` Accepts ${kind.accepts}.`
  const only =
    needs.length > 0 ? ` Only with ${needs.map((name) => `--${name}`).join(' or ')}.` : ''
  const meaning = `${help}.${accepts}${only}`.replaceAll('|', '\\|')
  return `| ${names(flags, '--')} | ${names(env)} | ${standard} | ${meaning} |`
}
