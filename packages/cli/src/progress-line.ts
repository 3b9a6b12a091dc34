import { fitText, humanDuration, plural, printable } from '@diqa/gate'
import type { CliStream } from './cli-process.js'

/** Tells how far a run has come. */
export interface ProgressLine {
  /** One more is done; `name` is what it was. */
  step(name: string): void
  /** Leaves no trace on a terminal. */
  end(): void
}

/** How the progress is to be told. */
export interface ProgressOptions {
  total: number
  /** Draw one line anew; else a plain line now and then. */
  interactive: boolean
  /** Milliseconds, for tests. */
  now?: () => number
}

const REDRAW_MS = 100
const PLAIN_MS = 30_000
const CLEAR = '\r\u001b[2K'

/** Writes count, rate and time left. A run that is over sooner than the first plain line says nothing. */
export function progressLine(stream: CliStream, { total, interactive, now = Date.now }: ProgressOptions): ProgressLine {
  const start = now()
  let done = 0
  let drawn = interactive ? Number.NEGATIVE_INFINITY : start

  const text = () => {
    const elapsed = now() - start
    if (done === 0) return `0/${plural(total, 'image')}`
    const left = humanDuration((elapsed / done) * (total - done))
    return `${done}/${plural(total, 'image')}  ${((done * 1000) / Math.max(1, elapsed)).toFixed(1)}/s  ${left} left`
  }
  const draw = (name: string) => {
    if (now() - drawn < (interactive ? REDRAW_MS : PLAIN_MS)) return
    drawn = now()
    // One column is left free: some terminals wrap when the last one is written.
    const line = interactive ? fitText(`${text()}  ${printable(name)}`, (stream.columns || 80) - 1) : text()
    stream.write(interactive ? `${CLEAR}${line}` : `${line}\n`)
  }

  draw('')
  return {
    step(name) {
      done += 1
      if (done < total) draw(name)
    },
    end() {
      if (interactive) stream.write(CLEAR)
    },
  }
}

/** For `--silent`. */
export const noProgress: ProgressLine = { step() {}, end() {} }
