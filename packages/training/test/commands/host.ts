import { EventEmitter } from 'node:events'
import { expect } from 'vitest'
import { type Host, run } from '../../src/run-command.js'

/** Runs `diqa-train` in this process. `onOutput` sees what is printed, and can send signals. */
export async function diqaTrain(args: string[], onOutput?: (text: string, send: (signal: string) => void) => void) {
  const signals = new EventEmitter()
  const out = { stdout: '', stderr: '' }
  const stream = (name: 'stdout' | 'stderr') => ({
    write(text: string) {
      out[name] += text
      onOutput?.(text, (signal) => signals.emit(signal))
      return true
    },
  })
  const host = {
    argv: ['node', 'diqa-train', ...args],
    stdout: stream('stdout'),
    stderr: stream('stderr'),
    once: signals.once.bind(signals),
    off: signals.off.bind(signals),
  } as unknown as Host
  const code = await run(host)
  return { code, ...out, listeners: signals.listenerCount('SIGINT') + signals.listenerCount('SIGTERM') }
}

/** Runs a command that must succeed without a word on stderr. @returns what it printed */
export async function done(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await diqaTrain(args)
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  return stdout
}
