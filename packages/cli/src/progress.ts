import { fitText, humanDuration, plural, printable } from '@diqa/gate'
import type { Params, SingleBar } from 'cli-progress'
import type { CliStream } from './cli-process.js'

/** Tells how far a run has come. */
export interface Progress {
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
}

/** Milliseconds before a run counts as long, and between two lines. */
export const PACE = { interactive: { first: 100, next: 100 }, plain: { first: 30_000, next: 30_000 } }

/** Writes count, rate and time left of a run that takes long; a short one says nothing, and loads nothing. */
export function progress(stream: CliStream, { total, interactive }: ProgressOptions): Progress {
  const pace = interactive ? PACE.interactive : PACE.plain
  const start = Date.now()
  let done = 0
  let name = ''
  let bar: SingleBar | undefined
  let isOver = false

  const text = ({ eta }: Pick<Params, 'eta'>) => {
    const rate = ((done * 1000) / Math.max(1, Date.now() - start)).toFixed(1)
    const left = Number.isFinite(eta) ? `  ${humanDuration(eta * 1000)} left` : ''
    const counts = `${done}/${plural(total, 'image')}  ${rate}/s${left}`
    // One column is left free: some terminals wrap when the last one is written.
    return interactive ? fitText(`${counts}  ${printable(name)}`, (stream.columns || 80) - 1) : counts
  }

  const timer = setTimeout(async () => {
    const { default: library } = await import('cli-progress')
    if (isOver) return
    bar = new library.SingleBar({
      // It looks at the stream to tell a terminal; in CI there may be one, and nobody who watches.
      stream: (interactive ? stream : plain(stream)) as NodeJS.WritableStream,
      format: (_options, params) => text(params),
      fps: 1000 / pace.next,
      notTTYSchedule: pace.next,
      noTTYOutput: !interactive,
      clearOnComplete: true,
      linewrap: true,
      etaBuffer: 100,
    })
    bar.start(total, done)
  }, pace.first)

  return {
    step(of) {
      done += 1
      name = of
      bar?.update(done)
    },
    end() {
      isOver = true
      clearTimeout(timer)
      bar?.stop()
    },
  }
}

/** For `--silent`. */
export const noProgress: Progress = { step() {}, end() {} }

function plain(stream: CliStream): Pick<CliStream, 'write'> {
  return { write: (text) => stream.write(text) }
}
