import sharp from 'sharp'

/** What sharp keeps for the whole process. */
export interface SharpSettings {
  /** What it remembers at most. */
  cache: { memory: number; files: number; items: number }
  /** Threads for one image. */
  threads: number
}

export function sharpSettings(): SharpSettings {
  const { memory, files, items } = sharp.cache()
  return { cache: { memory: memory.max, files: files.max, items: items.max }, threads: sharp.concurrency() }
}

/** Puts back what the program has chosen: sharp sets its own defaults, for all threads, in each thread that loads it. */
export function restoreSharpSettings({ cache, threads }: SharpSettings): void {
  sharp.cache(cache)
  sharp.concurrency(threads)
}
