/**
 * Seeded numbers in [0, 1), the same on every machine: sfc32, started from a hash of the seed's text.
 * The seeds 1 and '1' are the same seed, so that one given on a command line is the one given in code.
 */
export function random(seed: number | string): () => number {
  let [a, b, c, d] = hash(String(seed))
  const next = () => {
    const t = (((a + b) | 0) + d) | 0
    d = (d + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = (c << 21) | (c >>> 11)
    c = (c + t) | 0
    return (t >>> 0) / 4294967296
  }
  // Nearby seeds give nearby states: the first numbers would show it.
  for (let i = 0; i < 15; i++) next()
  return next
}

/** A number of the standard normal distribution (Box and Muller 1958), from two of `rng`'s. */
export function normal(rng: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - rng())) * Math.cos(2 * Math.PI * rng())
}

/** A shuffled copy of `items` (Fisher-Yates). */
export function shuffle<T>(items: Iterable<T>, rng: () => number): T[] {
  const shuffled = [...items]
  for (let i = shuffled.length - 1; i > 0; i--) {
    const j = Math.floor(rng() * (i + 1))
    const item = shuffled[i] as T
    shuffled[i] = shuffled[j] as T
    shuffled[j] = item
  }
  return shuffled
}

/** FNV-1a over the UTF-16 units, from four different starts. */
function hash(text: string): [number, number, number, number] {
  const words: [number, number, number, number] = [0x811c9dc5, 0x9e3779b9, 0x85ebca6b, 0xc2b2ae35]
  for (let i = 0; i < text.length; i++) {
    for (let w = 0; w < 4; w++) words[w] = Math.imul((words[w] as number) ^ text.charCodeAt(i), 0x01000193)
  }
  return words
}
