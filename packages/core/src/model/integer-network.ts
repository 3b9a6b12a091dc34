import { CONVOLUTIONS, FEATURES } from './architecture.js'
import { type Numbers, packTensors, unpackNumbers } from './tensor-file.js'

/** The largest that outputs can be, whole numbers from 0 on. */
export const LARGEST = { fine: 2047, coarse: 480, feature: 32767 } as const

/**
 * What a convolution's outputs are: the first three have to be finer than the others, because what a picture's faintest
 * textures leave there must not be rounded away. The less fine, the faster Winograd's algorithm can add up the products.
 */
export type Output = keyof typeof LARGEST

export function outputOf(layer: number): Output {
  if (layer === CONVOLUTIONS.length - 1) return 'feature'
  return layer < 3 ? 'fine' : 'coarse'
}

/** How wide the patches are that a convolution is computed in; none where its products are added up one by one. */
export function patchOf(layer: number): 2 | 4 | undefined {
  if (layer === 0 || CONVOLUTIONS[layer]!.stride === 2) return undefined
  return outputOf(layer - 1) === 'fine' ? 2 : 4
}

/** One convolution of f(.) in whole numbers. What is done with them: docs/kernels.md. */
export interface IntegerConvolution {
  /** Shape `[3, 3, inputs, filters]`, -127 to 127. */
  kernel: Int8Array
  /** Shape `[filters]`, added to the sums of products. */
  bias: Int32Array
  /** Sums are halved so many times, 1 to 16. */
  shift: number
  /** Shape `[filters]`, not negative: what a halved sum is worth, in 32768ths of an output's step; of a coarse one's eighth. */
  multiplier: Int16Array
}

/** f(.) in whole numbers: weights of 8 bits, sums of 32. */
export interface IntegerNetwork {
  /** As `CONVOLUTIONS`. */
  convolutions: IntegerConvolution[]
  /** What one of each feature is worth, shape `[128]`. */
  units: Float32Array
}

/** Sums with bias and rounding must stay below: Winograd's algorithm sees them 16 or 64 times as large. */
export function largestSum(layer: number): number {
  const patch = patchOf(layer)
  if (patch === undefined) return 2 ** 31
  return patch === 4 ? 2 ** 25 : 2 ** 27
}

/** The largest that a convolution's inputs can be. */
export function largestInput(layer: number): number {
  return layer === 0 ? 127 : LARGEST[outputOf(layer - 1)]
}

/** An {@link IntegerNetwork} as a file: see {@link packTensors}. */
export function packIntegers({ convolutions, units }: IntegerNetwork): Uint8Array {
  const arrays: Record<string, Numbers> = { units }
  CONVOLUTIONS.forEach(({ name }, i) => {
    const { kernel, bias, shift, multiplier } = convolutions[i]!
    Object.assign(arrays, { [`${name}/kernel`]: kernel, [`${name}/bias`]: bias })
    Object.assign(arrays, { [`${name}/shift`]: Int8Array.of(shift), [`${name}/multiplier`]: multiplier })
  })
  return packTensors(arrays)
}

/** @throws Error when the bytes are not what {@link packIntegers} made, or numbers could exceed what holds them */
export function unpackIntegers(bytes: Uint8Array): IntegerNetwork {
  const arrays = unpackNumbers(bytes).tensors
  function take<T extends Numbers>(name: string, kind: new (length: number) => T, size: number): T {
    const found = arrays[name]
    if (found instanceof kind && found.length === size) return found
    const what = found ? `${found.length} of ${found.constructor.name}` : 'none'
    throw new Error(`Expected ${size} numbers of ${kind.name} for "${name}" but found ${what}.`)
  }
  const convolutions = CONVOLUTIONS.map(({ name, inputs, filters }, layer) => {
    const convolution: IntegerConvolution = {
      kernel: take(`${name}/kernel`, Int8Array, 9 * inputs * filters),
      bias: take(`${name}/bias`, Int32Array, filters),
      shift: take(`${name}/shift`, Int8Array, 1)[0]!,
      multiplier: take(`${name}/multiplier`, Int16Array, filters),
    }
    checkBounds(layer, convolution)
    return convolution
  })
  return { convolutions, units: take('units', Float32Array, FEATURES) }
}

function checkBounds(layer: number, convolution: IntegerConvolution): void {
  const { name } = CONVOLUTIONS[layer]!
  const { shift, multiplier } = convolution
  if (!(shift >= 1 && shift <= 16)) throw new Error(`Expected 1 to 16 for "${name}/shift" but found ${shift}.`)
  const least = Math.min(...multiplier)
  if (least < 0) throw new Error(`Expected nothing below 0 for "${name}/multiplier" but found ${least}.`)
  const largest = Math.max(...possibleSums(layer, convolution))
  if (largest < largestSum(layer)) return
  throw new Error(`Expected sums below ${largestSum(layer)} for "${name}" but they can reach ${largest}.`)
}

/** How large each filter's sums can be, with bias and rounding. */
export function possibleSums(layer: number, { kernel, bias, shift }: IntegerConvolution): number[] {
  const sums = Array.from(bias, (value) => Math.abs(value) + 2 ** (shift - 1))
  for (let i = 0; i < kernel.length; i++) sums[i % sums.length]! += largestInput(layer) * Math.abs(kernel[i]!)
  return sums
}
