/**
 * A key of a file for a message: as it stands where it may be the name of a setting or of a label.
 * Anything else may be an address with its password, a dash or a colon away from its place.
 */
export function shownName(key: string): string {
  return /^[\w.-]{1,100}$/.test(key) ? key : '(a key that is no name)'
}
