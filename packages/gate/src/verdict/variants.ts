// "hero@2x", "hero-640w", "hero_1280x720": what tools append to the names of a picture's variants. Each must be
// followed by the end of the name, its extension, another of them or a content hash. A bare number is not one: "IMG-1234" is a picture.
const VARIANT = /(?:[@_-]\d+(?:\.\d+)?x|[@._-]\d+w|[@._-]\d+x\d+)(?=$|[@._-])/gi

/** The name that an image's variants have in common: `img/hero@2x.jpg` and `img/hero-640w.jpg` are both `img/hero.jpg`. */
export function variantOf(path: string): string {
  const slash = path.lastIndexOf('/') + 1
  const stem = path.slice(slash).replace(VARIANT, '')
  return path.slice(0, slash) + (/^(?:\.|$)/.test(stem) ? path.slice(slash) : stem)
}
