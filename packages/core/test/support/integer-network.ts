import { CONVOLUTIONS } from '../../src/model/architecture.js'
import { type IntegerNetwork, LARGEST, largestInput, outputOf } from '../../src/model/integer-network.js'
import { seeded } from './pixels.js'

const clamp = (value: number, least: number, most: number) => Math.min(most, Math.max(least, value))

/**
 * f(.) in whole numbers as docs/kernels.md has it, written to be read.
 *
 * @param levels Î in whole gray levels, shape `[height, width]`
 * @returns features, shape `[height / 4, width / 4, 128]`
 */
export function referenceFeatures(
  { convolutions }: IntegerNetwork,
  levels: ArrayLike<number>,
  height: number,
  width: number,
): number[] {
  let x = Array.from(levels)
  let [tall, wide] = [height, width]
  CONVOLUTIONS.forEach(({ inputs, filters, stride }, layer) => {
    const { kernel, bias, shift, multiplier } = convolutions[layer]!
    // "Same" padding: one pixel on all sides, but with a stride of 2 none above and to the left.
    const border = stride === 1 ? 1 : 0
    const [rows, columns] = [tall / stride, wide / stride]
    const out: number[] = []
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++) {
        const sums = Array.from(bias)
        for (let ky = 0; ky < 3; ky++) {
          for (let kx = 0; kx < 3; kx++) {
            const [iy, ix] = [row * stride + ky - border, column * stride + kx - border]
            if (iy < 0 || iy >= tall || ix < 0 || ix >= wide) continue
            for (let input = 0; input < inputs; input++) {
              const value = x[(iy * wide + ix) * inputs + input]!
              const weights = ((ky * 3 + kx) * inputs + input) * filters
              for (let filter = 0; filter < filters; filter++) sums[filter]! += value * kernel[weights + filter]!
            }
          }
        }
        sums.forEach((sum, filter) => {
          const halved = clamp((sum + 2 ** (shift - 1)) >> shift, -32768, 32767)
          const value = Math.max(0, (halved * multiplier[filter]! + 16384) >> 15)
          const output = outputOf(layer)
          out.push(Math.min(LARGEST[output], output === 'coarse' ? (value + 4) >> 3 : value))
        })
      }
    }
    ;[x, tall, wide] = [out, rows, columns]
  })
  return x
}

/** Numbers that keep activations alive through all layers. */
export function randomIntegers(seed = 1): IntegerNetwork {
  const random = seeded(seed)
  const whole = (least: number, most: number) => least + Math.floor(random() * (most - least + 1))
  return {
    convolutions: CONVOLUTIONS.map(({ inputs, filters }, layer) => {
      const shift = 9
      // Inputs are a quarter of the largest, or so, and outputs are to be.
      const sums = (largestInput(layer) / 4) * 30 * Math.sqrt(9 * inputs)
      const output = outputOf(layer) === 'coarse' ? 8 * LARGEST.coarse : LARGEST[outputOf(layer)]
      const multiplier = ((output / 4) * 2 ** (shift + 15)) / sums
      return {
        kernel: Int8Array.from({ length: 9 * inputs * filters }, () => whole(-50, 50)),
        bias: Int32Array.from({ length: filters }, () => whole(-sums / 2, sums / 2)),
        shift,
        multiplier: Int16Array.from({ length: filters }, () => Math.min(32767, multiplier * (0.5 + random()))),
      }
    }),
    units: Float32Array.from({ length: 128 }, () => random() / 100),
  }
}
