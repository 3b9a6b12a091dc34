/**
 * Holds decoded images back until there is room for them: together they have at most so many pixels, but a single
 * larger one is let in when no other is.
 */
export class PixelBudget {
  #held = 0
  readonly #waiting: { pixels: number; enter: () => void }[] = []

  constructor(readonly limit: number) {}

  async use<T>(pixels: number, run: () => Promise<T>): Promise<T> {
    if (this.#waiting.length > 0 || !this.#fits(pixels)) {
      await new Promise<void>((enter) => this.#waiting.push({ pixels, enter }))
    } else {
      this.#held += pixels
    }
    try {
      return await run()
    } finally {
      this.#held -= pixels
      while (this.#waiting.length > 0 && this.#fits(this.#waiting[0]!.pixels)) {
        const next = this.#waiting.shift()!
        this.#held += next.pixels
        next.enter()
      }
    }
  }

  #fits(pixels: number): boolean {
    return this.#held === 0 || this.#held + pixels <= this.limit
  }
}
