import type { Transform } from 'node:stream'
import { type Format, type FormatName, formatSummary, formats, UsageError } from '@diqa/gate'
import { concluded, type ImageQuality, type VinylFile } from './image-quality.js'
import { inOrder } from './in-order.js'
import { log } from './log.js'
import { asPluginError } from './plugin-error.js'

const told = new WeakSet<ImageQuality>()

/** Whether {@link format} has said in gulp's log what there is to say of an image. */
export const isTold = (quality: ImageQuality): boolean => told.has(quality)

/**
 * Says at the end of the stream which images are bad, in gulp's own log: a line for each warning and error, and a summary.
 *
 * @param name a format for the whole report instead, by name (`stylish`, `json`) or as a function of the report
 * @param write where the report goes @default gulp's log
 */
export function format(name?: FormatName | Format, write?: (text: string) => void): Transform {
  const render = typeof name === 'string' ? named(name) : name
  const started = performance.now()
  const qualities: ImageQuality[] = []
  return inOrder<VinylFile>({
    work({ imageQuality }) {
      if (imageQuality) qualities.push(imageQuality)
    },
    async finish() {
      const result = concluded(qualities, performance.now() - started)
      if (!result) return
      const lines = render ? [info(await render(result.report))] : [...result.messages, info(formatSummary(result))]
      for (const { severity, text } of lines) {
        if (write) write(text)
        else log(severity, text)
      }
      if (render || write) return
      for (const quality of qualities) told.add(quality)
    },
  })
}

const info = (text: string) => ({ severity: 'info' as const, text })

function named(name: string): Format {
  if (Object.hasOwn(formats, name)) return formats[name as FormatName]
  const known = Object.keys(formats).join(', ')
  throw asPluginError(
    new UsageError(`Expected one of ${known} or a function for diqa.format() but received "${name}".`),
  )
}
