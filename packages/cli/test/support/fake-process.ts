import { Readable, Writable } from 'node:stream'
import type { CliProcess, CliStream, StopSignal } from '../../src/cli-process.js'
import { type RunOptions, run } from '../../src/run.js'

export class FakeStream extends Writable implements CliStream {
  text = ''
  isTTY = false
  columns = 80
  override _write(chunk: Buffer, _encoding: string, done: (error?: Error | null) => void) {
    this.text += chunk.toString()
    done()
  }
}

export class FakeProcess implements CliProcess {
  stdin: AsyncIterable<Uint8Array | string> = Readable.from([])
  stdout = new FakeStream()
  stderr = new FakeStream()
  env: Record<string, string | undefined> = {}
  exitCode: number | string | null | undefined
  exited: number | undefined
  listeners = new Set<(signal: StopSignal) => void>()
  argv: string[]
  constructor(
    args: string[],
    private folder = process.cwd(),
  ) {
    this.argv = ['node', 'diqa', ...args]
  }
  cwd() {
    return this.folder
  }
  exit(code: number) {
    this.exited = code
  }
  on(event: StopSignal, listener: (signal: StopSignal) => void) {
    if (event === 'SIGINT') this.listeners.add(listener)
  }
  off(_event: StopSignal, listener: (signal: StopSignal) => void) {
    this.listeners.delete(listener)
  }
  interrupt() {
    for (const listener of this.listeners) listener('SIGINT')
  }
}

/** Runs `diqa` with the arguments. */
export async function diqa(
  args: string[],
  { cwd, setup, ...options }: RunOptions & { cwd?: string; setup?: (process: FakeProcess) => void } = {},
) {
  const process = new FakeProcess(args, cwd)
  setup?.(process)
  await run(process, options)
  const { stdout, stderr, exitCode, exited, listeners } = process
  return { stdout: stdout.text, stderr: stderr.text, exitCode, exited, listeners: listeners.size }
}
