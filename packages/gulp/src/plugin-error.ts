import { UsageError } from '@diqa/gate'
import PluginError from 'plugin-error'

export const PLUGIN = 'gulp-diqa'

/** An error for people: what it says is enough. */
export function pluginError(message: string, fileName?: string): Error {
  return new PluginError(PLUGIN, message, { showStack: false, ...(fileName === undefined ? {} : { fileName }) })
}

/** What was thrown, as an error of this plugin; with its stack only if the fault may be ours. */
export function asPluginError(error: unknown, fileName?: string): Error {
  if (error instanceof PluginError) return error as unknown as Error
  if (error instanceof UsageError) return pluginError(error.message, fileName)
  const options = { showStack: true, ...(fileName === undefined ? {} : { fileName }) }
  return new PluginError(PLUGIN, error instanceof Error ? error : String(error), options)
}
