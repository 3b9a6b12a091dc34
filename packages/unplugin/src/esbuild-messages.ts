import { UsageError } from '@diqa/gate'
import type { PartialMessage, PluginBuild } from 'esbuild'

/** The name by which esbuild speaks of the plugin. */
export const PLUGIN = 'diqa'

/** What onStart and onEnd return. */
export interface Messages {
  errors?: PartialMessage[]
  warnings?: PartialMessage[]
}

/** Messages as esbuild wants them returned: what is thrown, it shows with a stack. */
export async function said(work: () => Promise<Messages>, lenient: boolean): Promise<Messages> {
  const { errors = [], warnings = [] } = await work().catch((error): Messages => {
    if (error instanceof UsageError) return { errors: [{ text: error.message }] }
    throw error
  })
  return lenient ? { warnings: [...errors, ...warnings] } : { errors, warnings }
}

/** Prints as esbuild does. A context prints what is returned from onEnd; build() only hands it to whoever called it. */
export async function print(
  { errors = [], warnings = [] }: Messages,
  { esbuild, initialOptions }: PluginBuild,
): Promise<void> {
  const { logLevel = 'warning', color = process.stderr.isTTY ?? false } = initialOptions
  if (logLevel === 'silent') return
  const format = (messages: PartialMessage[], kind: 'error' | 'warning') =>
    esbuild.formatMessages(
      messages.map((message) => ({ ...message, pluginName: PLUGIN })),
      { kind, color },
    )
  const lines = await format(errors, 'error')
  if (logLevel !== 'error') lines.push(...(await format(warnings, 'warning')))
  process.stderr.write(lines.join(''))
}

/**
 * Whether setup was called from that function of esbuild's; esbuild tells in no other way. Behind a plugin whose setup is
 * asynchronous nobody can know: then what a context says first is said twice.
 */
export function isCalledBy(name: 'context'): boolean {
  return new RegExp(`^ *at (?:\\w+\\.)?${name} .*esbuild(?:-wasm)?[\\\\/]lib[\\\\/]main\\.js`, 'm').test(
    new Error().stack ?? '',
  )
}
