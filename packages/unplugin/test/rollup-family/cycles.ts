/** What the watchers of Rollup, Rolldown and Vite have in common. */
export interface Watcher {
  on(event: 'event', listener: (event: WatchEvent) => void): unknown
  close(): Promise<void>
}

interface WatchEvent {
  code: string
  error?: Error
  result?: { close(): Promise<void> } | null
}

/** A function that waits for the end of a watcher's first cycle, then of the one after it, and so on. */
export function cycles(watcher: Watcher): () => Promise<void> {
  const ends: WatchEvent[] = []
  let wake = () => {}
  watcher.on('event', (event) => {
    void event.result?.close()
    if (event.code !== 'END' && event.code !== 'ERROR') return
    ends.push(event)
    wake()
  })
  return async () => {
    while (ends.length === 0) await new Promise<void>((resolve) => (wake = resolve))
    const end = ends.shift()!
    if (end.code === 'ERROR') throw end.error
  }
}
