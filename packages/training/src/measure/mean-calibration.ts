import { calibrate } from '@diqa/core/model'
import type { Calibration } from './calibrate.js'

/**
 * What a network says that is the mean of several is near what each would say: so is the mean of their maps to scores.
 *
 * @param parts their shares add up to 1
 */
export function meanCalibration(parts: readonly { map: Calibration; share: number }[]): Calibration {
  const x = [...new Set(parts.flatMap(({ map }) => map.x))].sort((a, b) => a - b)
  return { x, y: x.map((value) => parts.reduce((sum, { map, share }) => sum + share * calibrate(map, value), 0)) }
}
