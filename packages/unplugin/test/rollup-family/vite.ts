import type { DiqaOptions } from '@diqa/gate'
import type { InlineConfig } from 'vite'
import * as vite8 from 'vite'
import * as vite6 from 'vite6'
import * as vite7 from 'vite7'
import { diqa } from '../../src/vite.js'
import type { Said } from './shared.js'

export type Vite = typeof vite8

/** What is in the workspace, by name: the plugin has one source for all. */
export const versions: [name: string, vite: Vite][] = [
  ['Vite 6', vite6 as unknown as Vite],
  ['Vite 7', vite7 as unknown as Vite],
  ['Vite 8', vite8],
]

/** A configuration with the plugin in it, and what is said under it. */
export function configure(
  vite: Vite,
  root: string,
  options: DiqaOptions = {},
  config: InlineConfig = {},
): { config: InlineConfig; said: Said } {
  const said: Said = { infos: [], warnings: [] }
  const customLogger = vite.createLogger('silent')
  customLogger.info = (text) => {
    if (text.startsWith('[unplugin-diqa] ')) said.infos.push(text)
  }
  customLogger.warn = (text) => void said.warnings.push(ofOurs(text))
  const plugins = [...(config.plugins ?? []), diqa(options)]
  // Vite writes its progress past the logger.
  return { config: { root, configFile: false, customLogger, logLevel: 'warn', ...config, plugins }, said }
}

/** Builds a project with the plugin. */
export async function build(...args: Parameters<typeof configure>): Promise<Said> {
  const { config, said } = configure(...args)
  try {
    await args[0].build(config)
  } catch (error) {
    said.error = (error as Error).message
  }
  return said
}

// Vite 6 puts an exclamation mark before what Rollup warns of.
function ofOurs(text: string): string {
  return text.replace(/^.*?\[plugin (?:vite:)?unplugin-diqa\] /s, '')
}
