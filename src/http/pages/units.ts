const bytesUnits = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB']
const countUnits = ['', ' k', ' M', ' G', ' T']

/** What stands where nothing is known. */
export const unknownText = '–'

/** The text of a number; that of nothing where there is none. */
export function orUnknown(value: number | undefined, textOf: (value: number) => string): string {
  return value === undefined || Number.isNaN(value) ? unknownText : textOf(value)
}

/** 1536 is `1.5 KiB`. */
export function bytesText(bytes: number): string {
  return scaled(bytes, 1024, bytesUnits, ' ')
}

/** 12345 is `12,345`, and a hundred thousand and more is in thousands, millions, …. */
export function countText(count: number): string {
  return count < 1e5 ? grouped(Math.round(count)) : scaled(count, 1000, countUnits, '')
}

/** 0.5 is `0.5 /s`. */
export function rateText(perSecond: number): string {
  return `${perSecond < 10 ? trimmed(perSecond, 1) : countText(perSecond)} /s`
}

/** Rounded down, so that 100 % means all of it. */
export function percentText(ratio: number): string {
  return `${trimmed(Math.floor(ratio * 1000) / 10, 1)} %`
}

/** A time in its two largest units: `340 µs`, `1.2 s`, `2 h 5 min`. */
export function durationText(seconds: number): string {
  if (seconds === 0) return '0 s'
  if (seconds < 1e-3) return `${trimmed(seconds * 1e6, seconds < 1e-5 ? 1 : 0)} µs`
  if (seconds < 1) return `${trimmed(seconds * 1e3, seconds < 0.01 ? 1 : 0)} ms`
  if (seconds < 60) return `${trimmed(seconds, seconds < 10 ? 1 : 0)} s`
  const [larger, smaller] = [
    [86_400, 'd', 3_600, 'h'] as const,
    [3_600, 'h', 60, 'min'] as const,
    [60, 'min', 1, 's'] as const,
  ]
    .filter(([length]) => seconds >= length)
    .map(([length, unit, part, partUnit]) => [
      `${grouped(Math.floor(seconds / length))} ${unit}`,
      `${Math.floor((seconds % length) / part)} ${partUnit}`,
    ])
    .at(0) ?? ['', '']
  return smaller?.startsWith('0 ') ? (larger ?? '') : `${larger} ${smaller}`
}

/** How long ago something was that may have been a moment ago. */
export function agoText(seconds: number): string {
  return seconds < 1 ? 'just now' : `${durationText(Math.floor(seconds))} ago`
}

/** By the clock of the world, as in `2026-11-26 15:04:05`. */
export function momentText(milliseconds: number): string {
  return new Date(milliseconds).toISOString().slice(0, 19).replace('T', ' ')
}

const longestShown = 160

/**
 * A text of any length as one of some length, in which all is seen: else a key or the name of a client
 * could turn around what stands beside it, or look like another.
 */
export function shortened(text: string, most = longestShown): string {
  if (text.length <= most) return seen(text)
  // A character of two halves is shown whole or not at all.
  const begin = text.slice(0, most - 20).replace(/[\ud800-\udbff]$/, '')
  const end = text.slice(-19).replace(/^[\udc00-\udfff]/, '')
  return `${seen(begin)}…${seen(end)}`
}

function seen(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu, (character) => {
    const code = character.codePointAt(0) ?? 0
    return `\\u{${code.toString(16)}}`
  })
}

function scaled(value: number, base: number, units: readonly string[], blank: string): string {
  let rest = value
  let unit = 0
  while (rest >= base && unit < units.length - 1) {
    rest /= base
    unit += 1
  }
  return `${trimmed(rest, rest < 10 ? 2 : rest < 100 ? 1 : 0)}${blank}${units[unit]}`
}

function trimmed(value: number, digits: number): string {
  return String(Number(value.toFixed(digits)))
}

function grouped(whole: number): string {
  return String(whole).replace(/\B(?=(\d{3})+$)/g, ',')
}
