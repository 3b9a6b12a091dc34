import { type LowBand, lowBand } from '../model/low-band.js'
import { layOut, pixelKernels } from './pixel-kernels.js'
import type { Pixels } from './pixels.js'
import { type Survey, survey } from './survey.js'

/** Î of the quarter-scale image: contrast that survives a viewing distance, against which the high band is weighed. */
export function middleBand(low: LowBand): Survey {
  const data = new Uint8Array(low.data.length)
  const kernels = pixelKernels()
  const at = layOut(kernels, { levels: low.width * 4, whole: low.width })
  const { buffer } = kernels.memory
  const levels = new Float32Array(buffer, at.levels, low.width)
  const whole = new Uint8Array(buffer, at.whole, low.width)
  for (let row = 0; row < data.length; row += low.width) {
    levels.set(low.data.subarray(row, row + low.width))
    kernels.wholeLevels(at.levels, low.width, at.whole)
    data.set(whole, row)
  }
  const quarter: Pixels = { data, width: low.width, height: low.height, channels: 1 }
  return survey(quarter, lowBand(quarter))
}
