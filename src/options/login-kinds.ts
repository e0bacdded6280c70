import { allowRules } from './allow-rules-kind.ts'
import { addressList, plainText, secretText, type ValueKind } from './value-kinds.ts'

/*
 * Kinds of settings that say as whom to log in: every byte counts in them. Node.js reads flags and variables as
 * UTF-8 and puts U+FFFD in the place of what is none, so that the server would be given something else.
 */

const lost = '\ufffd'
const areLost = 'bytes of it are no UTF-8, and a flag or a variable loses such'

/** The same kind of values but for texts of which bytes were lost; `instead` is what to do then. */
function ofWholeTexts<T>(kind: ValueKind<T>, instead = ''): ValueKind<T> {
  return {
    ...kind,
    read: (text) => (text.includes(lost) ? undefined : kind.read(text)),
    hint: (text) => (text.includes(lost) ? areLost + instead : kind.hint?.(text)),
  }
}

const accepts = 'a text in UTF-8'

export const userName = ofWholeTexts(
  { ...plainText, accepts },
  '; a name of them stands percent-encoded in the address',
)

export const password = ofWholeTexts(
  { ...secretText, accepts },
  '; a password of them stands in --redis.password-file, or percent-encoded in the address',
)

export const addressesWithLogins = ofWholeTexts(
  addressList,
  '; in a user or a password they are written as %HH',
)

export const allowRulesWithLogins = ofWholeTexts(allowRules)
