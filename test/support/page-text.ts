import { type HTMLElement, parse } from 'node-html-parser'

/** A page as a person reads it. */
export interface ReadPage {
  readonly root: HTMLElement
  /** The texts of the elements that a selector finds, with single blanks. */
  texts(selector: string): readonly string[]
  /** The text of all of it. */
  text(): string
  /** Where the links lead, in their order. */
  links(): readonly string[]
}

export function readPage(page: string): ReadPage {
  const root = parse(page, { comment: true })
  return {
    root,
    texts: (selector) => root.querySelectorAll(selector).map(textOf),
    text: () => textOf(root.querySelector('body') ?? root),
    links: () => root.querySelectorAll('a').map((link) => link.getAttribute('href') ?? ''),
  }
}

// What stands in boxes of its own is no part of the word before.
const boxes = /<(?=\/?(?:p|div|dt|dd|li|td|th|tr|h\d|b|svg|section|figcaption|label|progress)\b)/g

function textOf(element: HTMLElement): string {
  const { textContent } = parse(element.outerHTML.replaceAll(boxes, ' <'))
  return textContent.replaceAll(/\s+/g, ' ').trim()
}
