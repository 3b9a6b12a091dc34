/** A terminal, a pipe or a file to write to: what the command line uses of a `tty.WriteStream`. */
export interface CliStream {
  write(text: string, done?: (error?: Error | null) => void): boolean
  on(event: 'error', listener: (error: Error) => void): unknown
  off(event: 'error', listener: (error: Error) => void): unknown
  isTTY?: boolean
  columns?: number
}

/** What the command line uses of Node's `process`, so that tests can pass their own. */
export interface CliProcess {
  argv: string[]
  env: Record<string, string | undefined>
  cwd(): string
  stdin: AsyncIterable<Uint8Array | string>
  stdout: CliStream
  stderr: CliStream
  exitCode?: number | string | null | undefined
  exit(code: number): void
  on(event: StopSignal, listener: (signal: StopSignal) => void): unknown
  off(event: StopSignal, listener: (signal: StopSignal) => void): unknown
}

/** The signals that end a run early. */
export type StopSignal = 'SIGINT' | 'SIGTERM'

/** Resolves when the text has been taken, or when nobody reads the stream any more. */
export function write(stream: CliStream, text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    stream.write(text, (error) => {
      if (error && !isClosed(error)) reject(error)
      else resolve()
    })
  })
}

function isClosed(error: Error & { code?: string }): boolean {
  return error.code === 'EPIPE' || error.code === 'ERR_STREAM_DESTROYED'
}
