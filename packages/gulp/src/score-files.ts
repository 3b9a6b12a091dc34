import { availableParallelism } from 'node:os'
import { Readable, type Transform } from 'node:stream'
import {
  type Collector,
  checkOptions,
  createCollector,
  type DiqaOptions,
  formatSummary,
  type GateResult,
  loadOptions,
  writeReports,
} from '@diqa/gate'
import { imageQuality, type VinylFile } from './image-quality.js'
import { inOrder } from './in-order.js'
import { log } from './log.js'
import { asPluginError, pluginError } from './plugin-error.js'

/** {@link diqa} itself. */
export function scoreFiles(options: DiqaOptions = {}): Transform {
  try {
    checkOptions(options)
  } catch (error) {
    throw asPluginError(error)
  }
  let opened: Promise<Collector> | undefined
  /** The configuration is looked for where the first file's globs were, which gulp.src's `cwd` may set. */
  const open = (cwd: string) => {
    opened ??= loadOptions(options, { cwd }).then((resolved) => createCollector(resolved))
    return opened
  }
  let files = 0

  return inOrder<VinylFile>({
    // While two are decoded, all worker threads are busy.
    atOnce: (options.concurrency ?? availableParallelism()) + 2,
    async work(file) {
      try {
        if (file.contents !== null) await score(file, await open(file.cwd), String(files++))
      } catch (error) {
        throw asPluginError(error, file.path)
      }
    },
    async finish() {
      try {
        await conclude(await open(process.cwd()))
      } catch (error) {
        throw asPluginError(error)
      }
    },
    async close() {
      const collector = await opened?.catch(() => undefined)
      await collector?.dispose()
    },
  })
}

/** @param scope of its own for each file: two may go by the same path */
async function score(file: VinylFile, collector: Collector, scope: string): Promise<void> {
  const { path } = file
  const source = { path: file.history[0] ?? path }
  if (!collector.options.enabled || !collector.accepts(path, source.path)) return
  await collector.add({ name: path, source, scope, bytes: await bytesOf(file) })
  const result = await collector.judge(path, scope)
  if (result) file.imageQuality = imageQuality(result)
}

/** A stream can be read but once, so whoever comes after us gets another one of the same bytes. */
async function bytesOf(file: VinylFile): Promise<Buffer> {
  if (Buffer.isBuffer(file.contents)) return file.contents
  const bytes = await readAll(file.contents!)
  file.contents = Readable.from([bytes], { objectMode: false })
  return bytes
}

/** By events, because the iterator of vinyl-fs 4's streams (stream-composer's) never ends. */
function readAll(stream: Readable): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    stream
      .on('data', (chunk) => chunks.push(Buffer.from(chunk)))
      .once('end', () => resolve(Buffer.concat(chunks)))
      .once('error', reject)
      .once('close', () => reject(new Error('Expected the whole file but its stream was closed before the end.')))
  })
}

async function conclude(collector: Collector): Promise<void> {
  const { options } = collector
  if (!options.enabled) return
  const result = await collector.finish()
  const faults: string[] = []
  await writeReports(options.root, result, options).catch(({ message }: Error) => faults.push(message))
  // Of images their files tell; of there being none, only we can.
  for (const { severity, text } of result.messages.filter(({ verdict }) => !verdict)) {
    if (severity === 'error') faults.push(text)
    else log('warn', text)
  }
  if (faults.length === 0) return
  sayOfImages(result)
  throw pluginError(faults.join('\n'))
}

/** Behind a stream that fails, format() never comes to say it. */
function sayOfImages(result: GateResult): void {
  for (const { severity, text, verdict } of result.messages) if (verdict) log(severity, text)
  if (result.counts.images > 0) log('info', formatSummary(result))
}
