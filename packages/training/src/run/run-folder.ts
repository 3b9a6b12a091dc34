import { appendFileSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { packTensors, type Tensors, unpackTensors } from '@diqa/core/model'
import type { CurveRow } from '../curves.js'

/** A run's folder: `config.json`, `log.jsonl`, `checkpoint.bin`, `best.bin`, `curves.svg`. */
export class RunFolder {
  constructor(readonly path: string) {}

  /** Makes the folder where there is none. What only reads a run must not: a mistyped path would look like a run. */
  static create(path: string): RunFolder {
    mkdirSync(path, { recursive: true })
    return new RunFolder(path)
  }

  file(name: string): string {
    return join(this.path, name)
  }

  has(name: string): boolean {
    return existsSync(this.file(name))
  }

  /** Removes what was measured of the best weights: before others take their place. */
  forgetFigures(): void {
    this.remove('calibration.json', 'evaluation.json', 'budget.json', 'ladders.json')
  }

  /** Removes the files that are there. */
  remove(...names: string[]): void {
    for (const name of names) rmSync(this.file(name), { force: true })
  }

  writeConfig(config: Record<string, unknown>): void {
    this.writeJson('config.json', config)
  }

  readConfig(): Record<string, unknown> {
    try {
      return JSON.parse(readFileSync(this.file('config.json'), 'utf8'))
    } catch (error) {
      throw new Error(
        `Expected a run's settings at ${this.file('config.json')} but could not read them (${(error as Error).message}).`,
      )
    }
  }

  writeJson(name: string, value: unknown): void {
    this.#replace(name, `${JSON.stringify(value, null, 2)}\n`)
  }

  save(name: string, tensors: Tensors, facts: Record<string, unknown>): void {
    this.#replace(name, packTensors(tensors, facts))
  }

  load(name: string): { tensors: Tensors; facts: Record<string, unknown> } {
    try {
      return unpackTensors(readFileSync(this.file(name)))
    } catch (error) {
      throw new Error(
        `Expected a checkpoint at ${this.file(name)} but could not read it (${(error as Error).message}).`,
      )
    }
  }

  log(row: CurveRow): void {
    appendFileSync(this.file('log.jsonl'), `${JSON.stringify(row)}\n`)
  }

  /** The log up to a step: what was logged after the checkpoint happens again. */
  history(step: number): CurveRow[] {
    if (!this.has('log.jsonl')) return []
    const lines = readFileSync(this.file('log.jsonl'), 'utf8').split('\n')
    return lines.flatMap(readRow).filter((row) => row.step <= step)
  }

  rewriteLog(rows: readonly CurveRow[]): void {
    this.#replace('log.jsonl', rows.map((row) => `${JSON.stringify(row)}\n`).join(''))
  }

  /** In one go: a run can be killed at any moment. */
  #replace(name: string, content: string | Uint8Array): void {
    const next = this.file(`${name}.next`)
    writeFileSync(next, content)
    renameSync(next, this.file(name))
  }
}

/** No row where the line was cut off: the run was killed while it wrote. */
function readRow(line: string): CurveRow[] {
  try {
    return [JSON.parse(line)]
  } catch {
    return []
  }
}
