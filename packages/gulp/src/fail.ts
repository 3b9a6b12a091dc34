import type { Transform } from 'node:stream'
import { formatVerdict, plural } from '@diqa/gate'
import { isTold } from './format.js'
import { concluded, type ImageQuality, type VinylFile } from './image-quality.js'
import { inOrder } from './in-order.js'
import { pluginError } from './plugin-error.js'

/** Fails at the first image that is an error by the rules. */
export function failOnError(): Transform {
  return inOrder<VinylFile>({
    work({ imageQuality, path }) {
      if (imageQuality?.severity === 'error') throw pluginError(imageQuality.message ?? path, path)
    },
  })
}

/** Fails at the end of the stream if any image is an error by the rules. */
export function failAfterError(): Transform {
  const qualities: ImageQuality[] = []
  return inOrder<VinylFile>({
    work({ imageQuality }) {
      if (imageQuality?.severity === 'error') qualities.push(imageQuality)
    },
    finish() {
      const errors = concluded(qualities, 0)?.errors ?? []
      if (errors.length === 0) return
      const count = `Failed with ${plural(errors.length, 'error')}`
      // Whoever does without diqa.format() is to know which ones all the same.
      const lines = qualities.every(isTold) ? [] : errors.map((error) => `\n    ${formatVerdict(error)}`)
      throw pluginError(lines.length > 0 ? `${count}:${lines.join('')}` : count)
    },
  })
}
