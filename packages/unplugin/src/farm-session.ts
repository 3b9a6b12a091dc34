import { resolve } from 'node:path'
import {
  addFolder,
  type Collector,
  createCollector,
  type DiqaOptions,
  inlinedImages,
  isPage,
  loadOptions,
} from '@diqa/gate'
import type { Compiler, ResolvedUserConfig } from '@farmfe/core'
import { announce, type Speaker } from './announce.js'
import { NAME } from './name.js'

/** What can have a data URI in it, by Farm's types. */
const TEXT = new Set(['js', 'css', 'html'])

/** One compiler of Farm's, from its first build to the last update of its development server. */
export class FarmSession {
  compiler: Compiler | undefined
  readonly #config: ResolvedUserConfig
  readonly #collector: Promise<Collector>
  readonly #speaker: Promise<Speaker>
  /** A development server answers before scores are there. */
  readonly #isServing: boolean
  #turn: Promise<void> = Promise.resolve()

  constructor(options: DiqaOptions, config: ResolvedUserConfig) {
    this.#config = config
    this.#isServing = config.compilation?.mode === 'development' || Boolean(config.compilation?.watch)
    this.#speaker = speakerOf()
    this.#collector = loadOptions(options, { cwd: config.root! }).then((resolved) => createCollector(resolved))
    // It is asked for once there are resources; until then a failure is no unhandled rejection.
    this.#collector.catch(() => {})
  }

  /** The first build is done. @throws UsageError for options that are wrong, Failure for images */
  async finish(): Promise<void> {
    if (this.#isServing) return this.update()
    const collector = await this.#collector
    try {
      await this.#look(collector, false)
    } finally {
      await collector.dispose()
    }
  }

  /** Something changed, or nobody waits: what there is to say follows in the log. */
  update(): void {
    this.#turn = this.#turn.then(async () => {
      const speaker = await this.#speaker
      await this.#collector
        .then((collector) => this.#look(collector, true))
        .catch(({ message }) => speaker.warn(message))
    })
  }

  async #look(collector: Collector, isLenient: boolean): Promise<void> {
    if (!collector.options.enabled) return
    collector.clear()
    await this.#addResources(collector)
    const { publicDir = 'public', root } = this.#config
    // The development server copies nothing.
    if (!isLenient && collector.options.includePublic) {
      await addFolder(collector, resolve(root!, publicDir), { isSource: true })
    }
    await announce(collector, await this.#speaker, isLenient)
  }

  async #addResources(collector: Collector): Promise<void> {
    const described = this.compiler!.resourcesMap() as Record<string, Described>
    const resources = this.compiler!.resources() as Record<string, Buffer>
    for (const [resource, bytes] of Object.entries(resources)) {
      const name = withoutQuery(resource)
      const { origin, resourceType } = described[resource] ?? {}
      const source =
        origin?.type === 'Module' ? { path: resolve(this.#config.root!, withoutQuery(origin.value)) } : undefined
      if (collector.accepts(name, source?.path)) await collector.add({ name, bytes, source })
      else if (TEXT.has(resourceType ?? '')) await addText(collector, name, bytes.toString())
    }
  }
}

interface Described {
  resourceType: string
  /** Of an image: its module, relative to the root. */
  origin: { type: 'ResourcePot' | 'Module'; value: string }
}

async function addText(collector: Collector, name: string, text: string): Promise<void> {
  if (isPage(name)) await collector.addPage({ name, html: text })
  if (collector.options.inlined === 'off') return
  for (const image of inlinedImages(text, name)) await collector.add({ ...image, inlined: true })
}

/** What plugins tell Farm by its context, it does not print. */
async function speakerOf(): Promise<Speaker> {
  const { Logger } = await import('@farmfe/core')
  const farm = new Logger()
  return { warn: (text) => farm.warn(`[${NAME}] ${text}`), info: (text) => farm.info(`[${NAME}] ${text}`) }
}

function withoutQuery(name: string): string {
  return name.split(/[?#]/, 1)[0]!
}
