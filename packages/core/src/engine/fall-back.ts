import type { Engine, EngineName, Features, Refusal, Tiles } from './engine.js'

/**
 * An engine with another to go on with. When it fails (a device that is lost, memory that runs out), the tiles that it
 * failed at and all later ones go to the other.
 */
export class FallBackEngine implements Engine {
  #engine: Engine
  readonly #first: Engine
  readonly #second: Engine
  readonly #refused: Refusal[]
  #disposed = false

  /** @param refused where it is noted that the first was given up */
  constructor(first: Engine, second: Engine, refused: Refusal[]) {
    this.#engine = first
    this.#first = first
    this.#second = second
    this.#refused = refused
  }

  get name(): EngineName {
    return this.#engine.name
  }

  get device(): string {
    return this.#engine.device
  }

  async run(tiles: Tiles, options?: { errorMaps?: boolean }): Promise<Features> {
    if (this.#engine === this.#second) return this.#second.run(tiles, options)
    try {
      return await this.#first.run(tiles, options)
    } catch (error) {
      if (this.#disposed) throw error
      this.#giveUp((error as Error).message)
      return this.#second.run(tiles, options)
    }
  }

  async dispose(): Promise<void> {
    this.#disposed = true
    const isGivenUp = this.#engine === this.#second
    const ended = this.#first.dispose().catch((error) => {
      // That it does not work was told: what is left of a lost device may not end well either.
      if (!isGivenUp) throw error
    })
    await Promise.all([ended, this.#second.dispose()])
  }

  #giveUp(message: string): void {
    if (this.#engine === this.#second) return
    const { name, device } = this.#first
    const why = message.replace(/\.$/, '')
    this.#engine = this.#second
    this.#refused.push({ name, reason: `${device}: It failed in the middle of a run (${why}).` })
    process.emitWarning(
      `Expected the engine ${name} to go on but it failed on ${device} (${why}): ${this.#second.name} does the rest.`,
      'DiqaWarning',
    )
  }
}
