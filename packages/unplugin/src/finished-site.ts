import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Collector, createCollector, type DiqaOptions, inlinedImages, isPage, loadOptions } from '@diqa/gate'
import { announce, type Speaker } from './announce.js'
import { TEXT } from './rollup-family/build-gate.js'
import { writtenFiles } from './rollup-family/written-files.js'

/** What a framework has written that makes images and pages after its bundler is done. */
export interface FinishedSite {
  /** What the names of sources are relative to; absolute. */
  root: string
  /** The output; absolute. */
  folder: string
  /** Folders that were copied into it as they are, absolute, and where to. */
  publicFolders: readonly { folder: string; base: string }[]
  /** Where the framework keeps what it need not make again; absolute. */
  cacheDirectory?: string | undefined
}

/** Scores the images of a finished site and says what there is to say. @throws Failure (rejects) for bad images, UsageError */
export async function lookAtSite(options: DiqaOptions, site: FinishedSite, speaker: Speaker): Promise<void> {
  const resolved = await loadOptions(options, { cwd: site.root })
  if (!resolved.enabled) return
  const collector = createCollector(resolved, { cacheDirectory: site.cacheDirectory })
  try {
    await addOutput(collector, site)
    await announce(collector, speaker)
  } finally {
    await collector.dispose()
  }
}

async function addOutput(collector: Collector, { folder, root, publicFolders }: FinishedSite): Promise<void> {
  const { inlined, includePublic } = collector.options
  const sources = await publicSources(publicFolders)
  const places = new Map<string, string>()
  for await (const { name, file } of writtenFiles(folder, root)) {
    const path = sources.get(name)
    if (path !== undefined && !includePublic) continue
    if (collector.accepts(name, path)) await collector.add({ name, file, source: path ? { path } : undefined })
    if (!TEXT.test(name)) continue
    const text = await readFile(file, 'utf8')
    if (isPage(name)) await collector.addPage({ name, html: text })
    if (inlined === 'off') continue
    for (const { name: place, bytes } of inlinedImages(text, name)) {
      const digest = place.slice(place.lastIndexOf('#'))
      // Every page may have the same one: it goes by the first.
      if (!places.has(digest)) places.set(digest, place)
      await collector.add({ name: places.get(digest)!, bytes, inlined: true })
    }
  }
}

/** The files of public folders by their names in the output; of the same name, the first is copied. */
async function publicSources(folders: FinishedSite['publicFolders']): Promise<Map<string, string>> {
  const sources = new Map<string, string>()
  for (const { folder, base } of folders) {
    for await (const { name, file } of writtenFiles(folder, '')) {
      const place = join(base, name)
      if (!sources.has(place)) sources.set(place, file)
    }
  }
  return sources
}
