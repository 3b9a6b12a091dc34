/** The bytes of a few images, the worst that came: heat maps are made of them when it is known which are the worst. */
export class WorstBytes {
  #kept: { sha256: string; bytes: Uint8Array; margin: number }[] = []

  /**
   * @param count how many are kept at most
   * @param size how many bytes they have together at most
   */
  constructor(
    readonly count: number,
    readonly size: number,
  ) {}

  /** @param margin points above its limit: less is worse */
  add(sha256: string, bytes: Uint8Array, margin: number): void {
    const worst = [...this.#kept, { sha256, bytes, margin }].sort((a, b) => a.margin - b.margin)
    let size = 0
    this.#kept = worst.slice(0, this.count).filter((one) => {
      size += one.bytes.length
      return size <= this.size
    })
  }

  get(sha256: string): Uint8Array | undefined {
    return this.#kept.find((one) => one.sha256 === sha256)?.bytes
  }
}
