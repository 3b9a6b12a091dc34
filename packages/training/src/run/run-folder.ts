import { appendFileSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { packTensors, type Tensors, unpackTensors } from '@diqa/core/model'
import type { CurveRow } from '../curves.js'

/** A run's folder: `config.json`, `log.jsonl`, `checkpoint.bin`, `best.bin`, `curves.svg`. */
export class RunFolder {
  constructor(readonly path: string) {
    mkdirSync(path, { recursive: true })
  }

  file(name: string): string {
    return join(this.path, name)
  }

  has(name: string): boolean {
    return existsSync(this.file(name))
  }

  writeConfig(config: Record<string, unknown>): void {
    writeFileSync(this.file('config.json'), `${JSON.stringify(config, null, 2)}\n`)
  }

  readConfig(): Record<string, unknown> {
    return JSON.parse(readFileSync(this.file('config.json'), 'utf8'))
  }

  /** Replaces the file in one go: a run can be stopped at any moment. */
  save(name: string, tensors: Tensors, facts: Record<string, unknown>): void {
    const next = this.file(`${name}.next`)
    writeFileSync(next, packTensors(tensors, facts))
    renameSync(next, this.file(name))
  }

  load(name: string): { tensors: Tensors; facts: Record<string, unknown> } {
    try {
      return unpackTensors(readFileSync(this.file(name)))
    } catch (error) {
      throw new Error(`Expected a checkpoint at ${this.file(name)} but could not read it (${(error as Error).message}).`)
    }
  }

  log(row: CurveRow): void {
    appendFileSync(this.file('log.jsonl'), `${JSON.stringify(row)}\n`)
  }

  /** The log up to a step: what was logged after the checkpoint happens again. */
  history(step: number): CurveRow[] {
    if (!this.has('log.jsonl')) return []
    const lines = readFileSync(this.file('log.jsonl'), 'utf8').split('\n').filter(Boolean)
    return lines.map((line) => JSON.parse(line) as CurveRow).filter((row) => row.step <= step)
  }

  rewriteLog(rows: readonly CurveRow[]): void {
    writeFileSync(this.file('log.jsonl'), rows.map((row) => `${JSON.stringify(row)}\n`).join(''))
  }
}
