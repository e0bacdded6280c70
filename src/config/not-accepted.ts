import type { Option } from '../options/option.ts'
import { shownText } from './shown-text.ts'

/** What is wrong with a text that an option does not accept, to follow the name of the setting. */
export function notAccepted({ kind, secret, neverShown }: Option, text: string): string {
  const why = kind.hint?.(text)
  const given = secret || neverShown ? 'the value' : shownText(text)
  return `${given} is not accepted${why ? `: ${why}` : ''}; give ${kind.accepts}`
}
