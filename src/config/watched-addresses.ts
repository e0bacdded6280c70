import type { Option, Values } from '../options/option.ts'
import type { Address } from '../targets/address.ts'
import type { AllGiven } from './given.ts'
import { options } from './options.ts'
import { title } from './title.ts'

type WatchSettings = Pick<
  Values<typeof options>,
  'targetsFile' | 'scrapeAllow' | 'disableScrapeEndpoint'
> &
  // What cannot be read is told elsewhere.
  Partial<Pick<Values<typeof options>, 'address'>>

/**
 * The addresses that flags and variables name. That which there is by default is none that somebody
 * wants who names servers otherwise.
 */
export function addressesOf(
  settings: WatchSettings,
  given: (option: Option) => AllGiven,
): readonly Address[] {
  const isWanted = given(options.address).first || !areNamedOtherwise(settings)
  return isWanted ? (settings.address ?? []) : []
}

/** Whether there may be targets that nobody configured. */
export function mayAskOnDemand({ scrapeAllow = [] }: WatchSettings): boolean {
  return scrapeAllow.length > 0
}

/** That servers may be asked for where nobody can ask. */
export function scrapeMistakes(settings: WatchSettings): readonly string[] {
  if (!mayAskOnDemand(settings) || !settings.disableScrapeEndpoint) return []
  const [without] = options.disableScrapeEndpoint.flags
  return [`${title(options.scrapeAllow)}: --${without} is given as well; give one of them`]
}

/** That no server is watched, nor ever will be: the Go exporter lets anybody ask for any server then. */
export function unwatchedMistakes(settings: WatchSettings): readonly string[] {
  if (settings.address?.length !== 0 || areNamedOtherwise(settings)) return []
  const [file] = options.targetsFile.flags
  const [allow] = options.scrapeAllow.flags
  const otherwise = `name servers by --${file}, or those that /scrape may ask for by --${allow}`
  return [
    `${title(options.address)}: it is empty, so no server is watched; give an address, or ${otherwise}`,
  ]
}

function areNamedOtherwise(settings: WatchSettings): boolean {
  return Boolean(settings.targetsFile) || mayAskOnDemand(settings)
}
