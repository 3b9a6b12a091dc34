/** Tells whoever brings bytes when to bring more, so that those in memory stay few however fast they come. */
export class Room {
  #held = 0
  #waiting: (() => void)[] = []

  /** @param limit bytes */
  constructor(readonly limit: number) {}

  /** Counts bytes as long as the work on them takes. */
  async during<T>(bytes: number, work: () => Promise<T>): Promise<T> {
    this.#held += bytes
    try {
      return await work()
    } finally {
      this.#held -= bytes
      if (this.#held < this.limit) for (const resolve of this.#waiting.splice(0)) resolve()
    }
  }

  /** Resolves when fewer bytes than the limit are held. */
  async free(): Promise<void> {
    while (this.#held >= this.limit) await new Promise<void>((resolve) => this.#waiting.push(resolve))
  }
}
