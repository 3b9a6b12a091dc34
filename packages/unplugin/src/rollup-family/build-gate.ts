import { readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import {
  addFolder,
  type Collector,
  createCollector,
  type DiqaOptions,
  formatSummary,
  type GateResult,
  inlinedImages,
  isPage,
  loadOptions,
} from '@diqa/gate'
import { listOf } from '../announce.js'
import { unwritten } from '../unwritten.js'
import { changeTime, writtenFiles } from './written-files.js'

/** What Rollup, Rolldown and every Vite give a plugin's hooks alike. */
export interface Context {
  meta: { watchMode: boolean }
  warn(message: string): void
  error(error: { message: string; stack: string }): never
  getModuleIds(): Iterable<string>
  getModuleInfo(id: string): { code?: string | null } | null
}

/** What they give of an output. */
export interface Output {
  dir?: string | undefined
  file?: string | undefined
  format?: string | undefined
}

/** What they have written. */
export type Bundle = Record<string, Chunk | Asset>

interface Chunk {
  type: 'chunk'
  code: string
}

interface Asset {
  type: 'asset'
  source: string | Uint8Array
  originalFileNames: string[]
}

/** What only the adapter knows of an output. */
export interface Place {
  /** What it is built for, where a build has several environments. */
  environment?: string | undefined
  /** A folder that was copied into the output as it is. */
  publicFolder?: string | undefined
  /** What the report says of images from the public folder. */
  publicNote?: string | undefined
  /** Built for a server: most of its images are the client's, which has them in full. */
  isServer?: boolean | undefined
  info(message: string): void
}

/** The styles, scripts and pages that a data URI can be written into. */
export const TEXT = /\.(?:css|html?|[cm]?js|json|svg|webmanifest)$/i

/** What Vite, Rollup and Rolldown share: from an output that was written to what the bundler says of its images. */
export class BuildGate {
  readonly root: string
  readonly #collector: Collector
  /** All that bundles and public folders were ever written to: the rest of an output was copied by other plugins. */
  readonly #written = new Set<string>()
  /** Data URIs by digest, under the name of the file they were first found in: chunks of two formats share them. */
  readonly #inlined = new Map<string, string>()
  /** Which scope has said what. */
  readonly #said = new Map<string, string>()
  #started: number | undefined
  #turn: Promise<unknown> = Promise.resolve()

  private constructor(root: string, collector: Collector) {
    this.root = root
    this.#collector = collector
  }

  /** @throws UsageError for options that are wrong */
  static async open(options: DiqaOptions, root: string, cacheDirectory?: string): Promise<BuildGate> {
    const resolved = await loadOptions(options, { cwd: root })
    return new BuildGate(root, createCollector(resolved, { cacheDirectory }))
  }

  /** To be called when a build begins, before any file is copied. */
  start({ meta }: Pick<Context, 'meta'>): void {
    // What a first cycle copies may not be copied again. File systems' clocks run a few milliseconds behind.
    if (!meta.watchMode || this.#started === undefined) this.#started = Date.now() - 20
  }

  /** Looks at all that was written: one output after the other, though Rollup's command line writes them at once. */
  look(context: Context, output: Output, bundle: Bundle, place: Place): Promise<void> {
    if (!this.#collector.options.enabled) return Promise.resolve()
    const looked = this.#turn.then(() => this.#look(context, output, bundle, place))
    this.#turn = looked.catch(() => {})
    return looked
  }

  /** Ends the threads once nothing is being looked at: a watcher can close in a process that goes on. */
  close(): Promise<void> {
    return this.#turn.then(() => this.#collector.dispose())
  }

  async #look(context: Context, output: Output, bundle: Bundle, place: Place): Promise<void> {
    const collector = this.#collector
    const folder = resolve(this.root, output.dir ?? dirname(output.file ?? ''))
    const scope = [place.environment ?? '', folder, output.format ?? ''].join('\0')
    collector.clear(scope)
    try {
      const emitted = await this.#addBundle(bundle, folder, scope)
      // The report of the client's build, maybe by another process, must not give way to an empty one.
      if (place.isServer && emitted === 0) return
      if (!place.isServer) await this.#addOthers(context, bundle, folder, scope, place)
      const result = await collector.finish()
      const fault = await unwritten(collector, result)
      try {
        this.#say(context, result, scope, place.info)
      } catch (failure) {
        // Of two reasons to fail, one is the error.
        if (fault) context.warn(fault.message)
        throw failure
      }
      if (fault) throw fault
    } finally {
      // Whoever uses Rollup's API may never close the bundle.
      if (!context.meta.watchMode) await collector.dispose()
    }
  }

  /** From the disk: some optimisers write there and leave the bundle as it was. */
  async #addBundle(bundle: Bundle, folder: string, scope: string): Promise<number> {
    let emitted = 0
    for (const [name, item] of Object.entries(bundle)) {
      const file = join(folder, name)
      this.#written.add(file)
      if (item.type !== 'asset') continue
      if (isPage(name)) await this.#collector.addPage({ name, html: textOf(name, item), scope })
      const [original] = item.originalFileNames
      const source = original === undefined ? undefined : { path: resolve(this.root, original) }
      if (!this.#collector.accepts(name, source?.path)) continue
      const bytes = read(file)
      if (!bytes) continue
      emitted += 1
      await this.#collector.add({ name, bytes, source, scope })
    }
    return emitted
  }

  /** What is no asset of the bundle. */
  async #addOthers(context: Context, bundle: Bundle, folder: string, scope: string, place: Place): Promise<void> {
    const { inlined, includePublic } = this.#collector.options
    if (inlined !== 'off') await this.#addInlined(context, bundle, scope)
    if (!includePublic) return
    if (place.publicFolder) await this.#addPublic(place.publicFolder, folder, scope, place.publicNote)
    await this.#addCopied(folder, scope)
  }

  async #addPublic(publicFolder: string, folder: string, scope: string, note: string | undefined): Promise<void> {
    const { accepts, addPage } = this.#collector
    const add: Collector['add'] = (image) => {
      this.#written.add(join(folder, image.name))
      return this.#collector.add(image)
    }
    await addFolder({ accepts, add, addPage }, publicFolder, { isSource: true, scope, note })
  }

  async #addCopied(folder: string, scope: string): Promise<void> {
    for await (const { name, file } of writtenFiles(folder, this.root)) {
      if (this.#written.has(file) || !this.#collector.accepts(name)) continue
      if ((await changeTime(file)) >= (this.#started ?? 0)) await this.#collector.add({ name, file, scope })
    }
  }

  async #addInlined(context: Context, bundle: Bundle, scope: string): Promise<void> {
    const found = Object.entries(bundle).flatMap(([name, item]) => inlinedImages(textOf(name, item), name))
    if (found.length === 0) return
    const sources = this.#inlinedSources(context)
    for (const { name, bytes } of found) {
      const digest = name.slice(name.lastIndexOf('#'))
      if (!this.#inlined.has(digest)) this.#inlined.set(digest, name)
      const path = sources.get(digest)
      const source = path === undefined ? undefined : { path }
      await this.#collector.add({ name: this.#inlined.get(digest)!, bytes, inlined: true, source, scope })
    }
  }

  /** The files of images that scripts import: their modules are a data URI and nothing else. */
  #inlinedSources(context: Context): Map<string, string> {
    const sources = new Map<string, string>()
    for (const id of context.getModuleIds()) {
      const [file = ''] = id.split('?')
      if (id.startsWith('\0') || !this.#collector.accepts(file)) continue
      const [image] = inlinedImages(context.getModuleInfo(id)?.code ?? '', '')
      if (image) sources.set(image.name, file)
    }
    return sources
  }

  #say(context: Context, result: GateResult, scope: string, info: Place['info']): void {
    for (const [text, by] of this.#said) if (by === scope) this.#said.delete(text)
    const isNew = (text: string) => {
      if (this.#said.has(text)) return false
      this.#said.set(text, scope)
      return true
    }
    const messages = result.messages.filter(({ text }) => isNew(text))

    const fatal = context.meta.watchMode ? [] : messages.filter(({ severity }) => severity === 'error')
    for (const message of messages) if (!fatal.includes(message)) context.warn(message.text)
    // A stack would bury the list, and points nowhere.
    if (fatal.length > 0) context.error({ message: listOf(fatal, result), stack: '' })
    const counts = JSON.stringify({ ...result.counts, cached: 0 })
    if (result.counts.images > 0 && isNew(counts)) info(formatSummary(result))
  }
}

function textOf(name: string, item: Chunk | Asset): string {
  if (item.type === 'chunk') return item.code
  if (!TEXT.test(name)) return ''
  return typeof item.source === 'string' ? item.source : new TextDecoder().decode(item.source)
}

/** It was just written and is in memory: one after the other is faster than through threads. Absent: another plugin removed it. */
function read(file: string): Uint8Array | undefined {
  try {
    return readFileSync(file)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

/** When a watcher closes. What was wrong with the options was said when the build began. */
export async function closeGate(gate: Promise<BuildGate> | undefined): Promise<void> {
  const opened = await gate?.catch(() => undefined)
  await opened?.close()
}
