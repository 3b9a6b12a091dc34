import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { type AddedImage, type AddedPage, type Collector, type InlinedImage, inlinedImages, isPage } from '@diqa/gate'
import type { Compilation, Module } from 'webpack'
import { copiedFile } from './copied-files.js'

/** The images that a compilation emits, then those that are written into its scripts and style sheets. */
export function* imagesOf(
  compilation: Compilation,
  { accepts, options }: Pick<Collector, 'accepts' | 'options'>,
): Generator<AddedImage> {
  for (const { name: file, source, info } of compilation.getAssets()) {
    const name = withoutQuery(file)
    if (info.copied && !options.includePublic) continue
    const path =
      info.copied && info.sourceFilename
        ? copiedFile(info.sourceFilename, compilation.compiler)
        : fileOf(info.sourceFilename, compilation)
    if (accepts(name, path)) yield { name, source: path ? { path } : undefined, bytes: source.buffer() }
  }
  if (options.inlined !== 'off') yield* inlinedIn(compilation)
}

/** The pages that it emits. */
export function pagesOf(compilation: Compilation): AddedPage[] {
  const pages = compilation.getAssets().filter(({ name }) => isPage(withoutQuery(name)))
  return pages.map(({ name, source }) => ({ name: withoutQuery(name), html: source.source().toString() }))
}

/** Those of the images whose size is no longer what it was: a plugin came after us. By then, there may be no bytes any more. */
export function changedSince(sizes: ReadonlyMap<string, number>, compilation: Compilation): string[] {
  return [...sizes].flatMap(([name, size]) => {
    const now = compilation.getAsset(name)?.source.size()
    return now === undefined || now === size ? [] : [name]
  })
}

/** Found in what is emitted: that way it is told of whatever loader wrote it there. */
function* inlinedIn(compilation: Compilation): Generator<AddedImage> {
  const found = new Map<string, InlinedImage>()
  for (const { name, source } of compilation.getAssets()) {
    if (!/\.(?:css|[cm]?js|html?)$/i.test(withoutQuery(name))) continue
    const text = source.buffer()
    if (!text.includes('data:image/')) continue
    for (const image of inlinedImages(text.toString('latin1'), name)) {
      const key = keyOf(image.bytes)
      if (!found.has(key)) found.set(key, image)
    }
  }
  if (found.size === 0) return
  const sources = assetSources(compilation)
  for (const [key, image] of found) {
    const path = sources.get(key)
    yield { ...image, source: path ? { path } : undefined, inlined: true }
  }
}

/** The files of asset modules, by what is in them: only the modules know which file became a data URI. */
function assetSources(compilation: Compilation): Map<string, string> {
  const sources = new Map<string, string>()
  for (const module of modulesOf(compilation)) {
    if (!module.type.startsWith('asset')) continue
    const path = fileOf(module.nameForCondition() ?? undefined, compilation)
    const bytes = path && module.originalSource()?.buffer()
    if (bytes) sources.set(keyOf(bytes), path)
  }
  return sources
}

function* modulesOf({ modules, children }: Compilation): Generator<Module> {
  yield* modules
  for (const child of children) yield* modulesOf(child)
}

function keyOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1')
}

/** The absolute path of the file that a resource is read from, where there is one. */
function fileOf(resource: string | undefined, { compiler }: Compilation): string | undefined {
  // A Windows path begins with one letter and a colon.
  if (!resource || /^[a-z][\w+.-]+:/i.test(resource)) return undefined
  const file = resolve(compiler.context, withoutQuery(resource))
  return existsSync(file) ? file : undefined
}

function withoutQuery(name: string): string {
  return name.split('?', 1)[0]!
}
