import { plural } from '@diqa/gate'
import type { Compiler, WebpackError } from 'webpack'

/** One warning or error of the bundler's that lists all there is to say, without a stack: the user's code is not at fault. */
export function problem(compiler: Compiler, severity: 'warn' | 'error', texts: readonly string[]): WebpackError {
  const error = new compiler.webpack.WebpackError(messageOf(severity, texts))
  error.name = severity === 'error' ? 'DiqaError' : 'DiqaWarning'
  error.hideStack = true
  error.stack = ''
  return error
}

/** What a fault says: a sentence to the user where it is the user's, all that is known of it otherwise. */
export function faultText(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return error.name === 'UsageError' ? error.message : (error.stack ?? error.message)
}

function messageOf(severity: 'warn' | 'error', texts: readonly string[]): string {
  if (texts.length === 1) return `diqa: ${texts[0]}`
  const title = severity === 'error' ? 'do not pass' : 'deserve a look'
  return [`diqa: ${plural(texts.length, 'image')} ${title}:`, ...texts.map((text) => `  ${text}`)].join('\n')
}
