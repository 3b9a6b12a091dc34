import { mkdtempSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { DiqaOptions } from '@diqa/gate'
import { afterAll, onTestFinished } from 'vitest'
import type { Compiler, Configuration, MultiStats, RuleSetRule, Stats, WebpackPluginInstance } from 'webpack'
import type { Project } from './project.js'

/** A bundler with the interface of webpack. */
export interface Bundler {
  (configuration: Configuration): Compiler
  (configurations: Configuration[]): { run: Compiler['run']; close: Compiler['close'] }
}

export type Plugin = (options?: DiqaOptions) => WebpackPluginInstance

/** The packages of these tests, for loaders by name. */
const LOADERS = fileURLToPath(new URL('../../node_modules', import.meta.url))

const scores = mkdtempSync(join(tmpdir(), 'diqa scores '))
afterAll(() => rm(scores, { recursive: true, force: true }))

/** Few pixels are enough to see that something was scored; once for all tests that are not about the cache. */
export const QUICK: DiqaOptions = {
  maxPixels: 1024,
  concurrency: 1,
  reports: [{ format: 'json', file: 'diqa.json' }],
  cache: { dir: scores },
}

/** Where a bundler's plugin keeps scores unless it is told. */
export const OWN_CACHE: DiqaOptions = { cache: true }

/** Every score is below. */
export const ALWAYS_WARN: DiqaOptions = { ...QUICK, rules: [{ files: '**', warn: 100, error: 0 }] }
export const ALWAYS_FAIL: DiqaOptions = { ...QUICK, rules: [{ files: '**', error: 100 }] }
export const NEVER: DiqaOptions = { ...QUICK, rules: [{ files: '**', warn: 0, error: 0 }] }

/** Images become files of their own. */
export const RULES: RuleSetRule[] = [{ test: /\.(jpe?g|png|webp)$/, type: 'asset/resource' }]

/** What all builds have in common. */
export function configuration({ root, at }: Project, plugins: WebpackPluginInstance[], more: Configuration = {}) {
  return {
    context: root,
    mode: 'production',
    target: 'web',
    entry: './src/index.js',
    devtool: false,
    output: { path: at('dist'), assetModuleFilename: 'img/[name].[contenthash:8][ext]', clean: true, publicPath: '' },
    resolveLoader: { modules: [LOADERS] },
    module: { rules: RULES },
    infrastructureLogging: { level: 'error' },
    ...more,
    plugins: [...plugins, ...(more.plugins ?? [])],
  } satisfies Configuration
}

export interface Built {
  errors: string[]
  warnings: string[]
  assets: string[]
  /** As the bundler prints it. */
  text: string
  stats: Stats | MultiStats
}

/** Builds once and closes the compiler, as the command lines do. */
export async function build(bundler: Bundler, configurations: Configuration | Configuration[]): Promise<Built> {
  const compiler = bundler(configurations as Configuration)
  const stats = await new Promise<Stats | MultiStats>((resolve, reject) => {
    compiler.run((error, result) => (error ? reject(error) : resolve(result!)))
  })
  const built = told(stats)
  await new Promise<void>((resolve, reject) => compiler.close((error) => (error ? reject(error) : resolve())))
  return built
}

export function told(stats: Stats | MultiStats): Built {
  const {
    errors = [],
    warnings = [],
    ...json
  } = stats.toJson({ all: false, errors: true, warnings: true, assets: true })
  const assets = [json, ...(json.children ?? [])].flatMap((of) => of.assets ?? []).map(({ name }) => name)
  const texts = (problems: { message: string }[]) => problems.map(({ message }) => message)
  return { errors: texts(errors), warnings: texts(warnings), assets: assets.sort(), text: stats.toString(), stats }
}

/** Builds whenever something changes, until the test is over. */
export function watch(bundler: Bundler, config: Configuration): { next(): Promise<Built>; close(): Promise<void> } {
  const compiler = bundler(config)
  const builds: Built[] = []
  let wake = () => {}
  const watching = compiler.watch({ aggregateTimeout: 20, poll: 100 }, (error, stats) => {
    if (error) throw error
    builds.push(told(stats!))
    wake()
  })!
  let closed: Promise<void> | undefined
  const close = () => {
    closed ??= new Promise((resolve) => watching.close(() => compiler.close(() => resolve())))
    return closed
  }
  onTestFinished(close)
  return {
    close,
    async next() {
      while (builds.length === 0) await new Promise<void>((resolve) => (wake = resolve))
      return builds.shift()!
    },
  }
}
