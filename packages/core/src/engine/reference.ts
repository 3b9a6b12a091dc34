import { CONVOLUTIONS, FEATURES } from '../model/architecture.js'
import type { Tensors } from '../model/tensor-file.js'
import type { Tiles } from './engine.js'

/**
 * f(.) and the means over its feature maps in plain numbers: what every engine must come close to. About 0.1 s for 1000
 * pixels, so only for small tiles.
 *
 * @returns shape `[count, 128]`
 */
export function referenceFeatures(tensors: Tensors, { data, count, height, width }: Tiles): Float32Array {
  const pooled = new Float32Array(count * FEATURES)
  for (let tile = 0; tile < count; tile++) {
    let map: FeatureMap = { data: data.subarray(tile * height * width, (tile + 1) * height * width), height, width }
    for (const { name, inputs, filters, stride } of CONVOLUTIONS) {
      map = convolve(map, tensors[`${name}/kernel`]!, tensors[`${name}/bias`]!, { inputs, filters, stride })
    }
    const cells = map.height * map.width
    for (let i = 0; i < map.data.length; i++) pooled[tile * FEATURES + (i % FEATURES)]! += map.data[i]! / cells
  }
  return pooled
}

/** Shape `[height, width, channels]`. */
interface FeatureMap {
  data: Float32Array
  height: number
  width: number
}

/** A 3 x 3 convolution with "same" padding, which at stride 2 is below and on the right alone, and ReLU. */
function convolve(
  { data, height, width }: FeatureMap,
  kernel: Float32Array,
  bias: Float32Array,
  { inputs, filters, stride }: { inputs: number; filters: number; stride: number },
): FeatureMap {
  const before = stride === 1 ? 1 : 0
  const out = {
    data: new Float32Array((height * width * filters) / stride ** 2),
    height: height / stride,
    width: width / stride,
  }
  const sums = new Float64Array(filters)
  for (let y = 0, at = 0; y < out.height; y++) {
    for (let x = 0; x < out.width; x++, at += filters) {
      sums.set(bias)
      for (let tap = 0; tap < 9; tap++) {
        const [row, column] = [y * stride + Math.floor(tap / 3) - before, x * stride + (tap % 3) - before]
        if (row < 0 || row >= height || column < 0 || column >= width) continue
        for (let input = 0; input < inputs; input++) {
          const value = data[(row * width + column) * inputs + input]!
          if (value === 0) continue
          const first = (tap * inputs + input) * filters
          for (let filter = 0; filter < filters; filter++) sums[filter]! += value * kernel[first + filter]!
        }
      }
      for (let filter = 0; filter < filters; filter++) out.data[at + filter] = Math.max(0, sums[filter]!)
    }
  }
  return out
}
