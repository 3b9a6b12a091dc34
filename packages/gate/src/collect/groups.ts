/** Groups of images that turn out to be of one picture. */
export class Groups {
  readonly #merged = new Map<string, string>()

  /** Makes one of several. */
  unite([first, ...others]: readonly string[]): void {
    if (first === undefined) return
    const into = this.of(first)
    for (const other of others) {
      const group = this.of(other)
      if (group !== into) this.#merged.set(group, into)
    }
  }

  /** What a group has become. */
  of(group: string): string {
    const into = this.#merged.get(group)
    return into === undefined ? group : this.of(into)
  }
}
