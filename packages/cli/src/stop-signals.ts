import type { CliProcess, StopSignal } from './cli-process.js'

const EXIT_CODES = { SIGINT: 130, SIGTERM: 143 } satisfies Record<StopSignal, number>
const SIGNALS = Object.keys(EXIT_CODES) as StopSignal[]

/** Whether the user wants a run to end early. */
export interface StopSignals {
  /** The exit code that the signal asks for, once it came. */
  readonly exitCode: number | undefined
  /** The promise, or `undefined` as soon as a signal comes. */
  orStop<T>(promise: Promise<T>): Promise<T | undefined>
  /** Lets signals end the process at once again. */
  release(): void
}

/** Catches the first signal. The second one ends the process, as it does without us. */
export function stopSignals(process: CliProcess): StopSignals {
  const controller = new AbortController()
  const { signal } = controller
  let exitCode: number | undefined
  const stop = (name: StopSignal) => {
    exitCode = EXIT_CODES[name]
    release()
    controller.abort()
  }
  const release = () => {
    for (const name of SIGNALS) process.off(name, stop)
  }
  for (const name of SIGNALS) process.on(name, stop)

  return {
    get exitCode() {
      return exitCode
    },
    orStop(promise) {
      return new Promise((resolve, reject) => {
        const giveUp = () => resolve(undefined)
        // Not Promise.race with one long promise: it would hold every result until the end.
        signal.addEventListener('abort', giveUp, { once: true })
        promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', giveUp))
        if (signal.aborted) giveUp()
      })
    },
    release,
  }
}
