import type { Option } from '../options/option.ts'
import type { CommandLine } from './command-line.ts'

/** A warning for each password on the command line, where everybody on the machine can read it. */
export function secretsInFlags(
  { values }: Pick<CommandLine, 'values'>,
  options: readonly Option[],
): readonly string[] {
  return options
    .filter(({ secret }) => secret)
    .flatMap(({ flags, env, kind }) =>
      flags
        .filter((name) => values.get(name)?.some((text) => holdsPassword(kind.read(text))))
        .map(
          (name) =>
            `--${name}: a password on the command line can be read in the list of processes; ` +
            `give it as ${env.join(' or ')} in the environment`,
        ),
    )
}

// An address holds one in its credentials, or none; what is left is a secret that may be empty.
function holdsPassword(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(holdsPassword)
  if (typeof value !== 'object' || value === null) return false
  if ('credentials' in value) return holdsPassword(Object(value.credentials).password)
  return 'reveal' in value && typeof value.reveal === 'function' && value.reveal() !== ''
}
