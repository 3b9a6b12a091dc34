import { existsSync, statSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import type { Compiler } from 'webpack'

/**
 * Finds the file that a copied asset was read from, by the name that the bundler gives its source. copy-webpack-plugin
 * names it relative to the compiler's folder; Rspack's relative to what the pattern copies.
 *
 * @returns absolute; undefined where there is none, or more than one could be meant
 */
export function copiedFile(sourceFilename: string, compiler: Compiler): string | undefined {
  const folders = new Set([compiler.context, ...copiedFolders(compiler)])
  const [file, ...others] = [...folders].map((folder) => join(folder, sourceFilename)).filter((one) => existsSync(one))
  return others.length === 0 ? file : undefined
}

type Pattern = string | { from?: string; context?: string }

function copiedFolders({ context: root, options, webpack }: Compiler): string[] {
  const copying = options.plugins.flatMap((plugin) => (plugin && patternsOf(plugin, webpack)) || [])
  return copying.flatMap((pattern) => {
    const { from = '', context = '' } = typeof pattern === 'string' ? { from: pattern } : pattern
    const place = resolve(root, context, from)
    if (statSync(place, { throwIfNoEntry: false })?.isDirectory()) return [place]
    return [resolve(root, context), dirname(place)]
  })
}

/** Those of CopyRspackPlugin, which keeps what it was given in `_args`. */
function patternsOf(plugin: object, webpack: object): readonly Pattern[] {
  const { CopyRspackPlugin } = webpack as { CopyRspackPlugin?: new () => object }
  if (!CopyRspackPlugin || !(plugin instanceof CopyRspackPlugin)) return []
  const [options] = (plugin as { _args?: [{ patterns?: Pattern[] }?] })._args ?? []
  return options?.patterns ?? []
}
