import { Command, Option as CommanderOption, type Help } from 'commander'
import type { Option } from '../options/option.ts'
import { flag } from '../options/value-kinds.ts'
import { nearestName } from './nearest-name.ts'

const helpWidth = 80
/** Of a flag that nobody knows no more is shown. */
const longestName = 100

/** What stood on the command line: all texts by flag name, and what was wrong. */
export interface CommandLine {
  readonly values: ReadonlyMap<string, readonly string[]>
  readonly help: boolean
  readonly version: boolean
  readonly acl: boolean
  readonly mistakes: readonly string[]
}

// Known without loading what reads one.
const emptyCommandLine: CommandLine = {
  values: new Map(),
  help: false,
  version: false,
  acl: false,
  mistakes: [],
}

/**
 * Reads `--name value`, `--name=value`, the same with one dash, and `--flag` for booleans.
 * `args` is without the program's own name. Unknown flags are mistakes that suggest a known one.
 */
export function parseCommandLine(args: readonly string[], options: readonly Option[]): CommandLine {
  if (args.length === 0) return emptyCommandLine
  const program = createProgram(options)
  const mistakes: string[] = []
  const values = new Map<string, string[]>()
  for (const option of program.options) {
    const name = longName(option).slice(2)
    program.on(`option:${option.name()}`, (value: string | null | undefined) => {
      // A boolean flag without a value is true.
      values.set(name, [...(values.get(name) ?? []), value ?? 'true'])
    })
  }
  const words = withTwoDashes(args, program, mistakes)
  const texts = words.map(({ text }) => text)
  const { operands, unknown } = program.parseOptions(texts)
  for (const [index, text] of unknown.entries()) {
    const isFlag = text.startsWith('-')
    // A word behind an unknown flag is taken for its value.
    const before = unknown[index - 1]
    if (before?.startsWith('-') && (!isFlag || isSecretOf(before, text, options))) continue
    if (!isFlag) operands.push(text)
    else mistakes.push(unknownFlag(text, options))
  }
  // The word itself is not shown: it may be an address with a password, or a password.
  const others = words.filter(({ isValue }) => !isValue)
  for (const operand of operands) {
    const [word] = others.splice(
      others.findIndex(({ text }) => text === operand),
      1,
    )
    mistakes.push(`argument ${word?.place}: only flags are accepted here`)
  }
  // As with other booleans, `--version=false` asks for nothing.
  const has = (name: string) => {
    const value = flag.read(values.get(name)?.at(-1) ?? 'false')
    if (value === undefined)
      mistakes.push(`--${name}: the value is not accepted; give ${flag.accepts}`)
    return value ?? false
  }
  return { values, help: has('help'), version: has('version'), acl: has('acl'), mistakes }
}

/** The text of --help: groups of flags with environment variables and defaults. */
export function helpText(options: readonly Option[]): string {
  return createProgram(options).helpInformation()
}

function createProgram(options: readonly Option[]): Command {
  const program = new Command('redis-exporter')
    .description(
      'Prometheus exporter for Redis and Valkey: polls in the background, serves a cached snapshot.',
    )
    .usage('[flags]')
    .helpOption(false)
    .allowUnknownOption()
    .allowExcessArguments()
    .exitOverride()
    .configureOutput({ writeErr: () => undefined })
    .configureHelp({ helpWidth, optionTerm, formatItem })
  for (const option of options) {
    program.optionsGroup(`${option.group}:`)
    for (const name of option.flags) program.addOption(toCommander(option, name))
  }
  program.optionsGroup('Other:')
  return program
    .option('--help [value]', 'Show this text')
    .option('--version [value]', 'Show version, commit and Node.js')
    .option(
      '--acl [value]',
      'Show the ACL SETUSER line for a user with the fewest rights that will do',
    )
}

// Flags and variables are too long to stand side by side with what they mean.
function formatItem(term: string, _width: number, description: string, help: Help): string {
  const text = help.boxWrap(description, helpWidth - 6).replaceAll(/^/gm, ' '.repeat(6))
  return `  ${term}\n${text}`
}

function optionTerm({ flags }: CommanderOption): string {
  return flags.replace(' [value]', '')
}

function toCommander(option: Option, name: string): CommanderOption {
  const value = option.kind === flag ? '[value]' : `<${option.kind.placeholder}>`
  const [main] = option.flags
  const help = name === main ? describe(option) : `The same as --${main}`
  return new CommanderOption(`--${name} ${value}`, help)
}

function describe({ env, help, defaultHelp, default: value }: Option): string {
  const facts = [`env ${env.join(', ')}`]
  if (defaultHelp ?? value) facts.push(`default ${defaultHelp ?? value}`)
  return `${help}\n(${facts.join('; ')})`
}

// A password may begin with a dash, behind a flag that was not spelled well.
function isSecretOf(flagBefore: string, text: string, options: readonly Option[]): boolean {
  const { meant } = namesOf(flagBefore, options)
  const ofSecret = options.some(({ secret, flags }) => secret && flags.some((one) => one === meant))
  return ofSecret && !flagBefore.includes('=') && namesOf(text, options).meant === undefined
}

function namesOf(text: string, options: readonly Option[]) {
  // What follows the name may be a secret, also behind a colon put for the equals sign.
  const given = text
    .replace(/^-*/, '')
    .replace(/[^\w.-].*/s, '')
    .slice(0, longestName)
  // Where a path was meant, no flag may be named that takes a secret.
  const isPath = /file|path/i.test(given)
  const names = options.filter(({ secret }) => !(secret && isPath)).flatMap(({ flags }) => flags)
  return { given, meant: nearestName(given, [...names, 'help', 'version', 'acl']) }
}

function unknownFlag(text: string, options: readonly Option[]): string {
  const { given, meant } = namesOf(text, options)
  if (meant === given && /^--?\w/.test(text))
    return `--${given}: the value stands behind an equals sign or in an argument of its own`
  const dashes = text.startsWith('---') ? '---' : '--'
  return `${dashes}${given}: there is no such flag; ${meant ? `did you mean --${meant}?` : 'see --help'}`
}

function longName({ long }: CommanderOption): string {
  return long ?? ''
}

// Go programs take flags with one dash too. A word that is the value of the flag before it stays
// as it is, unless it is a flag itself: then the value was forgotten, and the flag is left out.
function withTwoDashes(
  args: readonly string[],
  program: Command,
  mistakes: string[],
): readonly Word[] {
  const find = (word: string) =>
    program.options.find((option) => longName(option) === word.replace(/^-?(?=-)/, '-'))
  const result: Word[] = []
  let isWanted = false
  let mayCome = false
  for (const [index, word] of args.entries()) {
    const option: CommanderOption | undefined = find(word.replace(/=.*/s, ''))
    const place = index + 1
    if (isWanted && !option) {
      result.push({ text: word, place, isValue: true })
      isWanted = false
      continue
    }
    if (isWanted && option) {
      mistakes.push(`${result.pop()?.text}: ${forgotten(longName(option))}`)
      // What it has behind its equals sign may be of a password, so nobody reads it.
      isWanted = false
      if (word.includes('=')) continue
    }
    const isValue = mayCome && !word.startsWith('-')
    result.push({ text: withItsDashes(word, option), place, isValue })
    const isAlone = option !== undefined && !word.includes('=')
    isWanted = isAlone && option.required
    mayCome = isAlone && option.optional
  }
  // Commander would stop at one without its value, having taken all before it.
  if (isWanted) mistakes.push(`${result.pop()?.text}: the value is missing`)
  return result
}

interface Word {
  readonly text: string
  /** Counted from 1. */
  readonly place: number
  /** Whether it is the value of the flag before it. */
  readonly isValue: boolean
}

function withItsDashes(word: string, option: CommanderOption | undefined): string {
  if (/^--?h$/.test(word)) return '--help'
  return option ? word.replace(/^-*/, '--') : word
}

function forgotten(flagBehind: string): string {
  return `the value is missing, since ${flagBehind} behind it is a flag; a value that reads so stands behind an equals sign`
}
