import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { compileKernels } from '../src/engine/wasm-kernels.js'
import { WasmNetwork } from '../src/engine/wasm-network.js'
import { CONVOLUTIONS } from '../src/model/architecture.js'
import {
  type IntegerNetwork,
  largestSum,
  packIntegers,
  possibleSums,
  unpackIntegers,
} from '../src/model/integer-network.js'
import { GRAY_LEVELS_PER_UNIT } from '../src/model/normalize.js'
import { UsageError } from '../src/usage-error.js'
import { temporaryFolder } from './support/files.js'
import { randomIntegers, referenceFeatures } from './support/integer-network.js'
import { seeded } from './support/pixels.js'

const kernels = compileKernels(fileURLToPath(new URL('..', import.meta.url)))
const error = { 'error/kernel': Float32Array.from({ length: 128 }, (_, i) => i - 60), 'error/bias': Float32Array.of(3) }

/** What comes of tiles, by the kernels and by the reference. */
function both(integers: IntegerNetwork, levels: Int8Array, width: number, height: number) {
  const count = levels.length / (width * height)
  const data = Float32Array.from(levels, (level) => level / GRAY_LEVELS_PER_UNIT)
  const found = new WasmNetwork(kernels, integers, error).run({ data, count, width, height }, true)
  const cells = (width * height) / 16
  const tiles = Array.from({ length: count }, (_, i) =>
    referenceFeatures(integers, levels.subarray(i * width * height, (i + 1) * width * height), height, width),
  )
  const pooled = tiles.flatMap((features) =>
    Array.from(integers.units, (unit, channel) => {
      let sum = 0
      for (let cell = 0; cell < cells; cell++) sum += features[cell * 128 + channel]!
      return sum * (unit / cells)
    }),
  )
  const errorMaps = tiles.flatMap((features) =>
    Array.from({ length: cells }, (_, cell) =>
      integers.units.reduce((sum, unit, i) => sum + features[cell * 128 + i]! * (error['error/kernel'][i]! * unit), 3),
    ),
  )
  return { found, wanted: { pooled: Float32Array.from(pooled), errorMaps: Float32Array.from(errorMaps) } }
}

function randomLevels(size: number, seed: number): Int8Array {
  const random = seeded(seed)
  return Int8Array.from({ length: size }, () => Math.floor(random() * 255) - 127)
}

describe('the kernels give the very numbers of the reference', () => {
  test.each([
    ['a tile', 48, 48, 1],
    ['sides that no block fits into', 60, 28, 1],
    ['a single block', 4, 4, 1],
    ['a tall one', 8, 68, 1],
    ['a wide one', 68, 12, 1],
    ['several tiles', 28, 20, 3],
  ])('%s', (_name, width, height, count) => {
    const { found, wanted } = both(randomIntegers(width), randomLevels(width * height * count, height), width, height)
    expect(found).toEqual(wanted)
    expect(new Set(found.pooled).size).toBeGreaterThan(40 * count)
  })

  /** As large as a file of weights may be: all weights alike, bias and multipliers at their limits. */
  function extreme(sign: 1 | -1): IntegerNetwork {
    const convolutions = CONVOLUTIONS.map(({ inputs, filters }, layer) => {
      const alike = (weight: number, bias: number) => ({
        kernel: new Int8Array(9 * inputs * filters).fill(sign * weight),
        bias: new Int32Array(filters).fill(sign * bias),
        shift: 16,
        multiplier: new Int16Array(filters).fill(32767),
      })
      const sum = (weight: number) => possibleSums(layer, alike(weight, 0))[0]!
      let weight = 127
      while (sum(weight) >= largestSum(layer)) weight--
      return alike(weight, largestSum(layer) - 1 - sum(weight))
    })
    return unpackIntegers(packIntegers({ convolutions, units: new Float32Array(128).fill(1) }))
  }

  test.each([
    ['the largest weights and levels', 1, () => 127],
    ['the largest weights and the least levels', 1, () => -127],
    ['the least weights', -1, () => -127],
    ['a chessboard', 1, (i: number) => (i % 2 === Math.floor(i / 36) % 2 ? 127 : -127)],
  ])('%s', (_name, weight, level) => {
    const { found, wanted } = both(
      extreme(weight),
      Int8Array.from({ length: 36 * 32 }, (_, i) => level(i)),
      36,
      32,
    )
    expect(found).toEqual(wanted)
  })

  test('weights of either sign that make Winograd’s sums as large as they can be', () => {
    const integers = randomIntegers(9)
    for (const { kernel, bias, multiplier } of integers.convolutions) {
      kernel.forEach((value, i) => {
        kernel[i] = value < 0 ? -50 : 50
      })
      bias.fill(2 ** 22)
      multiplier.fill(32767)
    }
    const { found, wanted } = both(unpackIntegers(packIntegers(integers)), randomLevels(40 * 44, 3), 44, 40)
    expect(found).toEqual(wanted)
  })
})

test('a tile gets the same numbers after one of another size, and among others', () => {
  const integers = randomIntegers(5)
  const network = new WasmNetwork(kernels, integers, error)
  const tile = (seed: number, width: number, height: number, count = 1) => ({
    data: Float32Array.from(randomLevels(width * height * count, seed), (level) => level / GRAY_LEVELS_PER_UNIT),
    count,
    width,
    height,
  })
  const alone = network.run(tile(1, 40, 40), true)
  network.run(tile(2, 96, 20), false)
  network.run(tile(3, 24, 52, 2), true)
  expect(network.run(tile(1, 40, 40), true)).toEqual(alone)
  expect(network.run(tile(1, 40, 40, 3), false).pooled.subarray(0, 128)).toEqual(alone.pooled)
})

test('error maps come only where they are asked for', () => {
  const network = new WasmNetwork(kernels, randomIntegers(), error)
  const tiles = { data: new Float32Array(1024), count: 1, width: 32, height: 32 }
  expect(network.run(tiles, false)).not.toHaveProperty('errorMaps')
  expect(network.run(tiles, true).errorMaps).toHaveLength(64)
})

test('kernels that are missing, or that this machine cannot run', async () => {
  const folder = await temporaryFolder()
  const file = join(folder, 'dist', 'engine', 'kernels.wasm')
  expect(() => compileKernels(folder)).toThrow(
    new UsageError(
      `Expected the engine's kernels at ${file} but could not read them (ENOENT): install the package again, or "npm run build".`,
    ),
  )
  await mkdir(dirname(file), { recursive: true })
  await writeFile(file, 'no WebAssembly')
  expect(() => compileKernels(folder)).toThrow(
    new UsageError('Expected WebAssembly with SIMD for the engine "wasm" but this machine has none.'),
  )
})
