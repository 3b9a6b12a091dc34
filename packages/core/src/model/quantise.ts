import { CONVOLUTIONS } from './architecture.js'
import { balance } from './balance.js'
import {
  type IntegerConvolution,
  type IntegerNetwork,
  LARGEST,
  largestSum,
  outputOf,
  possibleSums,
} from './integer-network.js'
import { GRAY_LEVELS_PER_UNIT } from './normalize.js'
import type { Tensors } from './tensor-file.js'

/** Below these multipliers a sum would be cut off at 16 bits before its output is at its largest. */
const LEAST_MULTIPLIER = { fine: 2048, coarse: 4096, feature: 0 } as const

const LARGEST_MULTIPLIER = 32767

/**
 * f(.) in whole numbers, of float weights.
 *
 * Weights are rounded filter by filter, each in steps of a 127th of its largest, or more where its sums would be too
 * large. Outputs are rounded layer by layer, after {@link balance}.
 *
 * @param tops for each convolution the largest output of each filter: the largest of all becomes the largest whole number
 */
export function quantise(tensors: Tensors, tops: readonly ArrayLike<number>[]): IntegerNetwork {
  const balanced = balance(tensors, tops)
  let inputStep = 1 / GRAY_LEVELS_PER_UNIT
  let units = new Float32Array()
  const convolutions = CONVOLUTIONS.map(({ name }, layer) => {
    const output = outputOf(layer)
    const [kernel, bias] = [balanced.tensors[`${name}/kernel`]!, balanced.tensors[`${name}/bias`]!]
    const float = { kernel, bias, inputStep }
    // Of a convolution that never says anything any step will do.
    const outputStep = (Math.max(...balanced.tops[layer]!) || 1) / LARGEST[output]
    let steps = kernelSteps(float.kernel, float.bias.length)
    for (;;) {
      const { rounded, worths } = roundLayer(layer, float, steps, outputStep)
      const sums = possibleSums(layer, rounded)
      if (sums.every((sum) => sum < largestSum(layer))) {
        inputStep = outputStep
        if (output === 'feature') units = Float32Array.from(worths)
        return rounded
      }
      steps = steps.map((step, filter) => (sums[filter]! < largestSum(layer) ? step : step * 1.1))
    }
  })
  return { convolutions, units }
}

interface FloatLayer {
  kernel: Float32Array
  bias: Float32Array
  inputStep: number
}

/** @returns worths what one of each filter's outputs is worth */
function roundLayer(
  layer: number,
  { kernel, bias, inputStep }: FloatLayer,
  wanted: readonly number[],
  outputStep: number,
) {
  const output = outputOf(layer)
  // Requantised sums are eighths of a coarse output's step.
  const step = output === 'coarse' ? outputStep / 8 : outputStep
  const sums = wanted.map((weightStep) => weightStep * inputStep)
  // Features need not be worth the same: each has all of the bits.
  const shift =
    output === 'feature'
      ? featureShift(Math.min(...sums), outputStep * LARGEST.feature)
      : shiftOf(sums, step, LEAST_MULTIPLIER[output])
  const least = (LEAST_MULTIPLIER[output] * step) / 2 ** (shift + 15)
  const worths = sums.map((sum) => Math.max(least, sum))
  const multiplier = Int16Array.from(worths, (worth) =>
    output === 'feature' ? LARGEST_MULTIPLIER : Math.round((worth / step) * 2 ** (shift + 15)),
  )
  // What is rounded to eighths and then to wholes is rounded up too often: half an eighth less makes up for it.
  const half = (filter: number) => (output === 'coarse' ? 2 ** (shift + 14) / multiplier[filter]! : 0)
  const rounded: IntegerConvolution = {
    kernel: Int8Array.from(kernel, (weight, i) => Math.round((weight * inputStep) / worths[i % bias.length]!)),
    bias: Int32Array.from(bias, (value, filter) => Math.round(value / worths[filter]! - half(filter))),
    shift,
    multiplier,
  }
  return { rounded, worths: worths.map((worth) => (worth * 2 ** (shift + 15)) / LARGEST_MULTIPLIER) }
}

/** Of each filter, a 127th of its largest weight. */
function kernelSteps(kernel: Float32Array, filters: number): number[] {
  const largest = Array.from({ length: filters }, () => 1e-9)
  kernel.forEach((weight, i) => {
    largest[i % filters] = Math.max(largest[i % filters]!, Math.abs(weight))
  })
  return largest.map((weight) => weight / 127)
}

/** As few halvings as leave the least multiplier large enough, or, if there are more, the largest within 16 bits. */
function shiftOf(worths: readonly number[], step: number, least: number): number {
  const fewest = Math.ceil(Math.log2((least * step) / Math.min(...worths)))
  const most = Math.floor(Math.log2((LARGEST_MULTIPLIER * step) / Math.max(...worths)))
  return between1And16(Math.min(fewest, most) - 15)
}

/** As many halvings as leave the largest feature within 16 bits. */
function featureShift(worth: number, top: number): number {
  return between1And16(Math.ceil(Math.log2(top / (worth * LARGEST.feature))))
}

function between1And16(shift: number): number {
  return Math.min(16, Math.max(1, shift))
}
