import { html } from 'hono/html'
import type { Html } from './document.ts'

/** A target by its address: what is known of the members of a topology. */
export type MemberOf = (address: string) => Html

/** Members of one topology at most that one page tells of. */
export const mostMembers = 12

/** That there are more than are shown. */
export function moreMembers(all: number, what: string, shown = mostMembers): Html {
  return all > shown ? html`<p class="dim">and ${all - shown} more ${what}</p>` : html``
}
