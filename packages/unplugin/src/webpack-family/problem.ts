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

/** What to say of images that were changed after they had been scored. */
export function lateText(names: readonly string[]): string {
  const which = names.length > 5 ? `${names.slice(0, 5).join(', ')} and ${names.length - 5} more` : names.join(', ')
  return `${plural(names.length, 'image')} changed after being scored (${which}): make the plugin that does it work in processAssets before the stage REPORT, or run "diqa check" on the output folder.`
}

function messageOf(severity: 'warn' | 'error', texts: readonly string[]): string {
  if (texts.length === 1) return `diqa: ${texts[0]}`
  const title = severity === 'error' ? 'do not pass' : 'deserve a look'
  return [`diqa: ${plural(texts.length, 'image')} ${title}:`, ...texts.map((text) => `  ${text}`)].join('\n')
}
