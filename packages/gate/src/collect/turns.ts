/** Lets only so many tasks run at a time, first come, first served. */
export class Turns {
  #atOnce: number
  #free: number
  readonly #waiting: (() => void)[] = []

  constructor(atOnce: number) {
    this.#atOnce = atOnce
    this.#free = atOnce
  }

  /** Lets more run at a time from now on, never fewer. */
  raise(atOnce: number): void {
    for (; this.#atOnce < atOnce; this.#atOnce++) this.#pass()
  }

  async take<T>(task: () => Promise<T>): Promise<T> {
    if (this.#free > 0) this.#free -= 1
    else await new Promise<void>((resolve) => this.#waiting.push(resolve))
    try {
      return await task()
    } finally {
      this.#pass()
    }
  }

  /** A turn goes on to the next in line. */
  #pass(): void {
    const next = this.#waiting.shift()
    if (next) next()
    else this.#free += 1
  }
}
