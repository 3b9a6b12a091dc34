import { posix } from 'node:path'
import { Parser } from 'htmlparser2'
import { parseSrcset } from 'srcset'

/** The URLs that each element of a page offers for one picture: those of `srcset` or `imagesrcset`, and `src`. */
export function pictureSets(html: string): string[][] {
  const sets: string[][] = []
  const parser = new Parser({
    onopentag(_name, { srcset, imagesrcset, src }) {
      const urls = parseSrcset(srcset ?? imagesrcset ?? '').map(({ url }) => url)
      if (urls.length > 0) sets.push(src === undefined ? urls : [src, ...urls])
    },
  })
  parser.end(html)
  return sets
}

/** Where in the output a page's URL can lead, the likeliest first: how much of an absolute one is its base, nobody tells. */
export function placesOf(url: string, page: string): string[] {
  if (/^(?!https?:)[a-z][\w+.-]*:/i.test(url)) return []
  const path = decoded(url.replace(/[?#].*$/s, ''))
  const absolute = path.match(/^(?:(?:https?:)?\/\/[^/]*)?\/(.*)$/is)?.[1]
  if (absolute === undefined) return [posix.join(posix.dirname(page), path)]
  const parts = absolute.split('/')
  return parts.map((_, i) => parts.slice(i).join('/'))
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path)
  } catch {
    return path
  }
}
