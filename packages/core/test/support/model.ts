import { createHash } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { STATISTICS } from '../../src/image/statistics.js'
import { CONVOLUTIONS, tensorShapes } from '../../src/model/architecture.js'
import { type Card, PREPROCESSING } from '../../src/model/card.js'
import { packIntegers } from '../../src/model/integer-network.js'
import { quantise } from '../../src/model/quantise.js'
import { packTensors, type Tensors } from '../../src/model/tensor-file.js'
import type { Model } from '../../src/model/weights.js'
import { seeded } from './pixels.js'

/** Numbers by which each tensor's outputs keep about the size of its inputs. */
export function randomTensors(seed = 1): Tensors {
  const random = seeded(seed)
  return Object.fromEntries(
    Object.entries(tensorShapes(STATISTICS.length)).map(([name, shape]) => {
      const size = shape.reduce((a, b) => a * b)
      const scale = Math.sqrt(6 / shape.slice(0, -1).reduce((a, b) => a * b, 1))
      return [name, Float32Array.from({ length: size }, () => (2 * random() - 1) * scale)]
    }),
  )
}

/**
 * A network that predicts an error where |Î| is large: its first feature is the mean of |Î|, in units of 16 gray levels,
 * over some pixels around, the others are 0. So it can be said beforehand what comes out.
 */
export function magnitudeTensors(): Tensors {
  const tensors = Object.fromEntries(
    Object.entries(tensorShapes(STATISTICS.length)).map(([name, shape]) => [
      name,
      new Float32Array(shape.reduce((a, b) => a * b)),
    ]),
  )
  /** Kernels are [3, 3, inputs, filters]. */
  const set = (name: string, [y, x, input, filter]: number[], value: number) => {
    const [, , inputs, filters] = tensorShapes(STATISTICS.length)[name]!
    tensors[name]![((y! * 3 + x!) * inputs! + input!) * filters! + filter!] = value
  }
  set('conv1/kernel', [1, 1, 0, 0], 1)
  set('conv1/kernel', [1, 1, 0, 1], -1)
  for (let y = 0; y < 3; y++) {
    for (let x = 0; x < 3; x++) {
      set('conv2/kernel', [y, x, 0, 0], 1 / 9)
      set('conv2/kernel', [y, x, 1, 0], 1 / 9)
      for (let layer = 3; layer <= 8; layer++) set(`conv${layer}/kernel`, [y, x, 0, 0], 1 / 9)
    }
  }
  tensors['error/kernel']![0] = 1
  return tensors
}

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

/** The same for all filters of a convolution. */
export function topsOf(layers: readonly number[]): number[][] {
  return CONVOLUTIONS.map(({ filters }, layer) => Array<number>(filters).fill(layers[layer]!))
}

/** Activations up to which the models of tests are exact to a 127th: those of noise stay below. */
const TOPS = topsOf(Array(8).fill(10))

export function cardOf(weights: Uint8Array, int8?: Uint8Array): Card {
  return {
    id: 'test',
    preprocessing: PREPROCESSING,
    weights: { file: 'weights.bin', sha256: sha256(weights) },
    ...(int8 && { int8: { file: 'int8.bin', sha256: sha256(int8), data: [] } }),
    statistics: {
      names: STATISTICS,
      mean: STATISTICS.map((_, i) => i / 10),
      deviation: STATISTICS.map((_, i) => 1 + i / 5),
    },
    quality: { centre: 50, unit: 25 },
    calibration: { x: [0, 40, 100], y: [0, 60, 100] },
  }
}

export function randomModel(seed = 1): Model {
  const tensors = randomTensors(seed)
  return { tensors, card: cardOf(packTensors(tensors)) }
}

/** Writes a model, with the card changed, into the folder. */
export async function writeModel(folder: string, tensors: Tensors, change: (card: Card) => unknown = () => {}) {
  const weights = packTensors(tensors)
  const int8 = tensors['conv3/bias'] && packIntegers(quantise(tensors, TOPS))
  const card = cardOf(weights, int8)
  change(card)
  await writeFile(join(folder, 'weights.bin'), weights)
  if (int8) await writeFile(join(folder, 'int8.bin'), int8)
  await writeFile(join(folder, 'card.json'), JSON.stringify(card))
}
