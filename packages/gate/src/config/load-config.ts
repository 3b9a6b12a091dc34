import { createRequire } from 'node:module'
import { basename, dirname, extname, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { kindOf, UsageError } from '@diqa/core/light'
import { type Loaders, lilconfig } from 'lilconfig'
import { formats } from '../format/format.js'
import { loadFormat } from '../format/load-format.js'
import { checkOptions } from './check-options.js'
import type { DiqaOptions, ReportTarget } from './options.js'
import { type ResolvedOptions, resolveOptions } from './resolve-options.js'

/** The names that a configuration can have, in the order they are looked for. */
export const CONFIG_FILES = ['ts', 'mts', 'js', 'mjs', 'json'].map((extension) => `diqa.config.${extension}`)

/** A configuration that was found. */
export interface LoadedConfig {
  /** Checked. */
  options: DiqaOptions
  /** Absolute. */
  file: string
  /** What its paths are relative to; absolute. */
  root: string
}

/** Where a configuration is looked for. */
export interface ConfigPlace {
  /** The folder to begin in; the folders above it follow. */
  cwd: string
  /** This file and no other, relative to `cwd`. */
  file?: string | undefined
}

/**
 * Reads `diqa.config.{ts,mts,js,mjs,json}`, or the `diqa` key of package.json, from a folder or the nearest one above.
 *
 * @returns undefined where there is none
 * @throws UsageError when it cannot be loaded, or is wrong
 */
export async function loadConfig({ cwd, file }: ConfigPlace): Promise<LoadedConfig | undefined> {
  const explorer = lilconfig('diqa', { searchPlaces: [...CONFIG_FILES, 'package.json'], loaders, cache: false })
  const found = await (file === undefined ? searchFrom(explorer, cwd) : loadNamed(explorer, resolve(cwd, file), file))
  if (!found) return undefined
  const { filepath, config } = found
  if (kindOf(config) !== 'Object') {
    throw new UsageError(`Expected an object from ${filepath} but received a value of type ${kindOf(config)}.`)
  }
  checkOptions(config, filepath)
  return { options: config, file: filepath, root: dirname(filepath) }
}

/**
 * What a plugin works with: the configuration file, if there is one, under the options given in the bundler's
 * configuration. A key given there replaces the file's. Paths are relative to the file's folder, or else to `cwd`.
 *
 * @throws UsageError for what is wrong in either
 */
export async function loadOptions(options: DiqaOptions = {}, place: ConfigPlace): Promise<ResolvedOptions> {
  checkOptions(options)
  const config = await loadConfig(place)
  const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined))
  return withFormats(resolveOptions({ ...config?.options, ...given }, { root: config?.root ?? place.cwd }))
}

/** Loads the formats that are packages: what is wrong with one is known before the time for a build is spent. */
async function withFormats(options: ResolvedOptions): Promise<ResolvedOptions> {
  const load = async ({ format, file }: ReportTarget) => {
    const isPackage = typeof format === 'string' && !Object.hasOwn(formats, format)
    return { format: isPackage ? await loadFormat(format, options.root) : format, file }
  }
  return { ...options, reports: await Promise.all(options.reports.map(load)) }
}

type Explorer = ReturnType<typeof lilconfig>

async function searchFrom(explorer: Explorer, cwd: string): ReturnType<Explorer['search']> {
  try {
    return await explorer.search(cwd)
  } catch (error) {
    if (error instanceof UsageError) throw error
    // A file of another user's, or a folder by that name. Which one it was, Node does not always say.
    const { code, message } = error as NodeJS.ErrnoException
    throw new UsageError(
      `Expected to read the configuration, or a package.json, in ${cwd} or above but that failed (${code ?? message}).`,
      { cause: error },
    )
  }
}

async function loadNamed(explorer: Explorer, file: string, shown: string): ReturnType<Explorer['load']> {
  if (!Object.hasOwn(loaders, extname(file))) {
    throw new UsageError(
      `Expected a file that ends in .ts, .mts, .js, .mjs or .json for the configuration but received "${shown}".`,
    )
  }
  try {
    return await explorer.load(file)
  } catch (error) {
    if (error instanceof UsageError) throw error
    const { code, message } = error as NodeJS.ErrnoException
    if (code === 'ENOENT') throw new UsageError(`Expected a configuration at "${shown}" but there is none.`)
    throw new UsageError(`Expected a configuration at "${shown}" but it cannot be read (${code ?? message}).`)
  }
}

const loaders: Loaders = { '.ts': typeScript, '.mts': typeScript, '.js': module, '.mjs': module, '.json': json }

/** By import() alone: lilconfig's own loader tries require() after it, and then reports that one's error. */
async function module(file: string): Promise<unknown> {
  try {
    return await exported(file)
  } catch (error) {
    throw failed(file, error)
  }
}

/** What was compiled from `export default` to CommonJS has it one step further in. */
async function exported(file: string): Promise<unknown> {
  const { default: found } = await import(pathToFileURL(file).href)
  return Object(found).__esModule === true ? found.default : found
}

async function typeScript(file: string): Promise<unknown> {
  try {
    return await exported(file)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_UNKNOWN_FILE_EXTENSION') throw failed(file, error)
    return withJiti(file)
  }
}

/** For versions of Node that do not read TypeScript themselves: below 22.18. */
async function withJiti(file: string): Promise<unknown> {
  const jiti = locateJiti(file)
  if (jiti === undefined) {
    const name = basename(file)
    throw new UsageError(
      `Expected Node 22.18 or later, or the package jiti, for ${name} but this is Node ${process.versions.node} without jiti: run "npm i -D jiti", or write ${name.replace(/\.m?ts$/, '.mjs')}.`,
    )
  }
  try {
    const { createJiti } = (await import(pathToFileURL(jiti).href)) as JitiModule
    return await createJiti(file).import(file, { default: true })
  } catch (error) {
    throw failed(file, error)
  }
}

interface JitiModule {
  createJiti(from: string): { import(file: string, options: { default: true }): Promise<unknown> }
}

function locateJiti(file: string): string | undefined {
  try {
    return createRequire(file).resolve('jiti')
  } catch {
    return undefined
  }
}

function json(file: string, content: string): unknown {
  try {
    const found = JSON.parse(content.replace(/^\uFEFF/, ''))
    // Of a manifest one key is asked for, whatever it is.
    return basename(file) === 'package.json' ? Object(found) : found
  } catch (error) {
    // A stranger's package.json above us may be a template that is not JSON.
    if (basename(file) === 'package.json') return {}
    throw new UsageError(`Expected JSON in ${file} but found something else (${(error as Error).message}).`)
  }
}

function failed(file: string, error: unknown): UsageError {
  const said = error instanceof Error ? error.message.split('\n')[0] : String(error)
  return new UsageError(`Expected ${file} to load but it failed (${said}).`, { cause: error })
}
