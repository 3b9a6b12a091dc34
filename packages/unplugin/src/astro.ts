import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import {
  type Collector,
  createCollector,
  type DiqaOptions,
  formatSummary,
  inlinedImages,
  loadOptions,
  writeReports,
} from '@diqa/gate'
import type { AstroConfig, AstroIntegration, AstroIntegrationLogger } from 'astro'
import { listOf, NAME, TEXT } from './rollup-family/build-gate.js'
import { writtenFiles } from './rollup-family/written-files.js'

export type { DiqaOptions } from '@diqa/gate'

/**
 * Scores the images of an Astro build once the pages and their optimised images are written, and warns or fails. Astro 5.
 *
 * @param options what `diqa.config` does not say, or says otherwise
 */
export function diqa(options: DiqaOptions = {}): AstroIntegration {
  let config: AstroConfig
  return {
    name: NAME,
    hooks: {
      'astro:config:done': (done) => {
        config = done.config
      },
      // Astro optimises images after Vite is done: https://docs.astro.build/en/guides/images/
      'astro:build:done': async ({ dir, logger }) => {
        const root = fileURLToPath(config.root)
        const resolved = await loadOptions(options, { cwd: root })
        if (!resolved.enabled) return
        const collector = createCollector(resolved, { cacheDirectory: join(fileURLToPath(config.cacheDir), 'diqa') })
        try {
          await addOutput(collector, fileURLToPath(dir), root, fileURLToPath(config.publicDir))
          await say(collector, logger)
        } finally {
          await collector.dispose()
        }
      },
    },
  }
}

async function addOutput(collector: Collector, folder: string, root: string, publicFolder: string): Promise<void> {
  const { inlined, includePublic } = collector.options
  const published = new Set<string>()
  const places = new Map<string, string>()
  for await (const { name } of writtenFiles(publicFolder, '')) published.add(name)
  for await (const { name, file } of writtenFiles(folder, root)) {
    const isPublic = published.has(name)
    const source = isPublic ? { path: join(publicFolder, name) } : undefined
    if (isPublic && !includePublic) continue
    if (collector.accepts(name, source?.path)) await collector.add({ name, file, source })
    if (inlined === 'off' || !TEXT.test(name)) continue
    for (const { name: place, bytes } of inlinedImages(await readFile(file, 'utf8'), name)) {
      const digest = place.slice(place.lastIndexOf('#'))
      // Every page may have the same one: it goes by the first.
      if (!places.has(digest)) places.set(digest, place)
      await collector.add({ name: places.get(digest)!, bytes, inlined: true })
    }
  }
}

async function say(collector: Collector, logger: AstroIntegrationLogger): Promise<void> {
  const result = await collector.finish()
  await writeReports(collector.options.root, result, collector.options)
  const fatal = result.messages.filter(({ severity }) => severity === 'error')
  for (const { severity, text } of result.messages) if (severity === 'warn') logger.warn(text)
  if (fatal.length > 0) throw new Failure(listOf(fatal, result))
  if (result.counts.images > 0) logger.info(formatSummary(result))
}

/** An error without a stack, which would bury the list and points nowhere. */
class Failure extends Error {
  override name = 'DiqaError'
  override stack = ''
}

export { diqa as default, diqa as 'module.exports' }
