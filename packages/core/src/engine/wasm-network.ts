import { CONVOLUTIONS, type Convolution, FEATURE_SCALE, FEATURES } from '../model/architecture.js'
import { type IntegerConvolution, type IntegerNetwork, outputOf, patchOf } from '../model/integer-network.js'
import { GRAY_LEVELS_PER_UNIT } from '../model/normalize.js'
import type { Tensors } from '../model/tensor-file.js'
import type { Features, Tiles } from './engine.js'
import { type CompiledKernels, type Kernels, startKernels } from './wasm-kernels.js'
import { directWeights, roundings, winogradWeights } from './wasm-weights.js'

/** The kernels' names of what outputs become: see assembly/activations.ts. */
const KINDS = { fine: 0, coarse: 1, feature: 2 } as const

/** Rows of the second convolution's outputs that go through the first two at once, so that what is between stays in cache. */
const STRIP = 8

/** Patches that go through Winograd's algorithm at once: more would not stay in the cache either. */
const PATCHES = 16

/** How much larger than the sums what Winograd's algorithm gives is, but for a factor that has an inverse modulo 2^32. */
const SCALES = { 1: 1, 2: 16, 4: 64 } as const

interface Layer extends Convolution {
  patch: 2 | 4 | undefined
  weights: number
  rounding: number
  shift: number
  kind: number
}

/** Where everything lies in memory, in bytes, for tiles of one size. */
interface Plan {
  height: number
  width: number
  levels: Plane
  /** A strip of the first convolution's outputs. */
  strip: Plane
  /** The outputs of the second convolution and of those after it. */
  planes: Plane[]
  scratch: number
}

/** A grid of pixels with a border, which stays 0, of one pixel above and to the left, and more below and to the right. */
interface Plane {
  at: number
  pixelBytes: number
  rowBytes: number
  bytes: number
}

/** f(.) and g(.) in whole numbers, in one thread: the same bits on every machine. */
export class WasmNetwork {
  readonly #kernels: Kernels
  readonly #layers: Layer[]
  readonly #units: Float32Array
  readonly #error: { kernel: Float32Array; bias: number }
  /** Where memory is free. */
  #free = 0
  #plan: Plan | undefined

  /** @param tensors those of g(.) */
  constructor(compiled: CompiledKernels, { convolutions, units }: IntegerNetwork, tensors: Tensors) {
    this.#kernels = startKernels(compiled)
    this.#layers = CONVOLUTIONS.map((convolution, i) => this.#layer(i, convolution, convolutions[i]!))
    this.#units = units
    this.#error = { kernel: tensors['error/kernel']!, bias: tensors['error/bias']![0]! }
  }

  run({ data, count, height, width }: Tiles, errorMaps: boolean): Features {
    const plan = this.#planFor(height, width)
    const cells = (height * width) / FEATURE_SCALE ** 2
    const pooled = new Float32Array(count * FEATURES)
    const maps = errorMaps ? new Float32Array(count * cells) : undefined
    for (let i = 0; i < count; i++) {
      this.#readTile(plan, data.subarray(i * height * width, (i + 1) * height * width))
      this.#runLayers(plan)
      this.#pool(plan, cells, pooled.subarray(i * FEATURES, (i + 1) * FEATURES))
      if (maps) this.#mapErrors(plan, maps.subarray(i * cells, (i + 1) * cells))
    }
    return maps ? { pooled, errorMaps: maps } : { pooled }
  }

  #layer(i: number, convolution: Convolution, numbers: IntegerConvolution): Layer {
    const { inputs, filters } = convolution
    const patch = patchOf(i)
    const weights = patch
      ? winogradWeights(numbers.kernel, inputs, filters, patch)
      : directWeights(numbers.kernel, inputs, filters)
    return {
      ...convolution,
      patch,
      weights: this.#keep(weights),
      rounding: this.#keep(roundings(numbers, SCALES[patch ?? 1])),
      shift: numbers.shift,
      kind: KINDS[outputOf(i)],
    }
  }

  #keep({ buffer }: Int16Array | Int32Array): number {
    const at = this.#allocate(buffer.byteLength)
    new Uint8Array(this.#kernels.memory.buffer).set(new Uint8Array(buffer), at)
    return at
  }

  #allocate(bytes: number): number {
    const { memory } = this.#kernels
    const at = this.#free
    this.#free = Math.ceil((at + bytes) / 64) * 64
    const missing = Math.ceil((this.#free - memory.buffer.byteLength) / 65536)
    if (missing > 0) memory.grow(missing)
    return at
  }

  #planFor(height: number, width: number): Plan {
    if (this.#plan?.height === height && this.#plan.width === width) return this.#plan
    const start = this.#plan?.levels.at ?? this.#free
    this.#free = start
    const levels = this.#plane(height, width, 1)
    const strip = this.#plane(2 * STRIP + 1, width, this.#layers[0]!.filters)
    let scale = 1
    const planes = this.#layers.slice(1).map(({ stride, filters }) => {
      scale *= stride
      return this.#plane(height / scale, width / scale, filters)
    })
    const widest = Math.max(...this.#layers.map(({ inputs, filters }) => 36 * PATCHES * (2 * inputs + 4 * filters)))
    const scratch = this.#allocate(Math.max(widest + 96 * 16, (width + 4) * 128 * 4))
    new Uint8Array(this.#kernels.memory.buffer).fill(0, start, scratch)
    this.#plan = { height, width, levels, strip, planes, scratch }
    return this.#plan
  }

  /** Below and to the right as much more as patches of 4 x 4 outputs may reach beyond. */
  #plane(height: number, width: number, channels: number): Plane {
    const pixelBytes = 2 * channels
    const rowBytes = (width + 2) * pixelBytes
    const bytes = (4 * Math.ceil(height / 4) + 2) * rowBytes + 8 * pixelBytes
    return { at: this.#allocate(bytes), pixelBytes, rowBytes, bytes }
  }

  #readTile({ levels, height, width }: Plan, tile: Float32Array): void {
    const out = new Int16Array(this.#kernels.memory.buffer, levels.at, levels.bytes / 2)
    for (let y = 0; y < height; y++) {
      const to = inside(levels, y) / 2 - levels.at / 2
      for (let x = 0; x < width; x++) out[to + x] = tile[y * width + x]! * GRAY_LEVELS_PER_UNIT
    }
  }

  #runLayers({ levels, strip, planes, height, width, scratch }: Plan): void {
    const [first, second, ...others] = this.#layers as [Layer, Layer, ...Layer[]]
    const memory = new Uint8Array(this.#kernels.memory.buffer)
    for (let y = 0; y < height / 2; y += STRIP) {
      const tall = Math.min(STRIP, height / 2 - y)
      const rows = Math.min(2 * tall + 1, height - 2 * y)
      this.#direct(first, { ...levels, at: levels.at + 2 * y * levels.rowBytes }, strip, width, rows, scratch)
      // The row below the tile.
      if (rows === 2 * tall) memory.fill(0, inside(strip, rows), inside(strip, rows) + width * strip.pixelBytes)
      this.#direct(second, { ...strip, at: inside(strip, 0) }, offset(planes[0]!, y), width / 2, tall, scratch)
    }
    let size = { height: height / 2, width: width / 2 }
    others.forEach((layer, i) => {
      const [from, to] = [planes[i]!, planes[i + 1]!]
      size = { height: size.height / layer.stride, width: size.width / layer.stride }
      if (layer.patch) this.#winograd(layer, from, to, size.width, size.height, scratch)
      else this.#direct(layer, { ...from, at: inside(from, 0) }, to, size.width, size.height, scratch)
    })
  }

  /** @param from begins with what the kernel's first row and column see of the first output */
  #direct(layer: Layer, from: Plane, to: Plane, width: number, height: number, scratch: number): void {
    const { inputs, filters, stride, weights, rounding, shift, kind } = layer
    this.#kernels.direct(
      from.at,
      stride * from.pixelBytes,
      from.rowBytes,
      stride,
      2 * (inputs === 1 ? 4 : 3 * inputs),
      weights,
      filters,
      rounding,
      shift,
      inside(to, 0),
      to.rowBytes,
      width,
      height,
      kind,
      scratch,
    )
  }

  #winograd(layer: Layer, from: Plane, to: Plane, width: number, height: number, scratch: number): void {
    const { patch, inputs, filters, weights, rounding, shift, kind } = layer
    this.#kernels.winograd(
      patch!,
      from.at,
      inputs,
      from.rowBytes,
      weights,
      filters,
      rounding,
      shift,
      inside(to, 0),
      to.rowBytes,
      width,
      height,
      kind,
      PATCHES,
      scratch,
    )
  }

  #pool({ planes, scratch, height, width }: Plan, cells: number, out: Float32Array): void {
    const [plane, rows, columns] = [planes.at(-1)!, height / FEATURE_SCALE, width / FEATURE_SCALE]
    const total = new Float64Array(FEATURES)
    for (let y = 0; y < rows; y++) {
      this.#kernels.pool(inside(plane, y), columns, FEATURES, scratch)
      const sums = new Int32Array(this.#kernels.memory.buffer, scratch, FEATURES)
      for (let i = 0; i < FEATURES; i++) total[i]! += sums[i]!
    }
    for (let i = 0; i < FEATURES; i++) out[i] = total[i]! * (this.#units[i]! / cells)
  }

  #mapErrors({ planes, height, width }: Plan, out: Float32Array): void {
    const [plane, rows, columns] = [planes.at(-1)!, height / FEATURE_SCALE, width / FEATURE_SCALE]
    const { kernel, bias } = this.#error
    const weights = Float64Array.from(kernel, (weight, i) => weight * this.#units[i]!)
    for (let y = 0; y < rows; y++) {
      const features = new Int16Array(this.#kernels.memory.buffer, inside(plane, y), columns * FEATURES)
      for (let x = 0; x < columns; x++) {
        let sum = bias
        for (let i = 0; i < FEATURES; i++) sum += features[x * FEATURES + i]! * weights[i]!
        out[y * columns + x] = sum
      }
    }
  }
}

/** Where a row's first pixel lies, inside of the border. */
function inside({ at, rowBytes, pixelBytes }: Plane, y: number): number {
  return at + (y + 1) * rowBytes + pixelBytes
}

function offset(plane: Plane, rows: number): Plane {
  return { ...plane, at: plane.at + rows * plane.rowBytes }
}
