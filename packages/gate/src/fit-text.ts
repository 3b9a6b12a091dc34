import stringWidth from 'fast-string-width'

const ELLIPSIS = '…'
/** One column a character: nearly every file name, and much faster to measure. */
const NARROW = /^[\x20-\x7e\xa0-\xac\xae-\xff…]*$/
/** Made when it is needed, which is seldom: making it takes longer than loading this whole package. */
let graphemes: Intl.Segmenter | undefined

/** How many columns of a terminal the text takes. */
export function textWidth(text: string): number {
  return NARROW.test(text) ? text.length : stringWidth(text)
}

/** The text, shortened in the middle to at most so many columns of a terminal. */
export function fitText(text: string, columns: number): string {
  if (textWidth(text) <= columns) return text
  if (columns <= 1) return ELLIPSIS
  const parts = NARROW.test(text) ? text.split('') : split(text)
  // The end tells more than the beginning: the number of a series, the extension.
  const tail = take(parts.toReversed(), Math.ceil((columns - 1) / 2)).reverse()
  const head = take(parts, columns - 1 - textWidth(tail.join('')))
  return head.join('') + ELLIPSIS + tail.join('')
}

function split(text: string): string[] {
  graphemes ??= new Intl.Segmenter()
  return Array.from(graphemes.segment(text), ({ segment }) => segment)
}

function take(parts: string[], columns: number): string[] {
  let used = 0
  const end = parts.findIndex((part) => {
    used += textWidth(part)
    return used > columns
  })
  return end === -1 ? parts : parts.slice(0, end)
}
