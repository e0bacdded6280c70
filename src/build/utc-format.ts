/*
 * Intl.DateTimeFormat, as the bundle sees it. Only node-cron has a use for it: it asks for the parts of
 * a date several times a second, in UTC. The real one knows the calendars and languages of the world,
 * which take long to load, and ten times longer for each date.
 */

interface Part {
  readonly type: string
  readonly value: string
}

const weekdays = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat']

/** Formats dates in UTC and for en-US, to the parts that node-cron asks for. */
export class UtcFormat {
  readonly #ofZone: boolean

  constructor(_locale: string, { timeZoneName }: { readonly timeZoneName?: string }) {
    this.#ofZone = timeZoneName !== undefined
  }

  formatToParts(date: Date): readonly Part[] {
    if (this.#ofZone) return [{ type: 'timeZoneName', value: 'GMT' }]
    return [
      { type: 'weekday', value: weekdays[date.getUTCDay()] ?? '' },
      { type: 'month', value: twoDigits(date.getUTCMonth() + 1) },
      { type: 'day', value: twoDigits(date.getUTCDate()) },
      { type: 'year', value: String(date.getUTCFullYear()) },
      { type: 'hour', value: twoDigits(date.getUTCHours()) },
      { type: 'minute', value: twoDigits(date.getUTCMinutes()) },
      { type: 'second', value: twoDigits(date.getUTCSeconds()) },
    ]
  }
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0')
}
