import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { FAULTS, FEATURES, HIDDEN, type Pixels } from '@diqa/core/model'
import sharp, { type Sharp } from 'sharp'
import { onTestFinished, type TestContext } from 'vitest'
import { Network } from '../src/network/network.js'
import { random } from '../src/random.js'
import type { FinetuneOptions } from '../src/stages/finetune.js'
import type { StoredImage } from '../src/store/store.js'
import { Store } from '../src/store/store.js'
import { StoreWriter } from '../src/store/store-writer.js'
import { loadTensorFlow, type TensorFlow } from '../src/tensorflow.js'

/** A folder of its own that goes when the test ends. */
export async function temporary(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'diqa-training-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  return folder
}

/** A colour picture with texture at several scales; `grain`, in gray levels, is how noisy it is. */
export function picture(width: number, height: number, seed: number | string, grain = 12): Pixels {
  const rng = random(`picture ${seed}`)
  const waves = Array.from({ length: 6 }, () => [rng() * 0.6, rng() * 0.6, rng() * 6, 10 + rng() * 25] as const)
  const data = new Uint8Array(width * height * 3)
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const level = waves.reduce((sum, [u, v, phase, size]) => sum + size * Math.sin(u * x + v * y + phase), 128)
      const noise = grain * 2 * (rng() - 0.5)
      for (let c = 0; c < 3; c++) data[at++] = Math.min(255, Math.max(0, Math.round(level + noise + 12 * (c - 1))))
    }
  }
  return { data, width, height, channels: 3 }
}

export function open({ data, width, height, channels }: Pixels): Sharp {
  return sharp(data, { raw: { width, height, channels } })
}

type Added = Partial<Omit<StoredImage, 'offset' | 'width' | 'height'>> & { pixels: Pixels }

/** A store of pictures; what is not said of one is nothing special. */
export async function storeOf(folder: string, images: readonly Added[], name = 'tiny'): Promise<Store> {
  const writer = await StoreWriter.create(folder)
  for (const [i, { pixels, ...image }] of images.entries()) {
    await writer.add({ name: `${i}.png`, group: `${i}`, split: 'train', quality: 50, ...image }, pixels)
  }
  await writer.finish({ name, truth: 'opinion', scale: { direction: 'mos', min: 1, max: 5 } })
  const store = new Store(folder)
  onTestFinished(() => store.close())
  return store
}

/** Stage 2's settings, as small as it can be: a step on the plain JavaScript backend takes most of a second. */
export const TINY_FINETUNE: FinetuneOptions = {
  side: 8,
  seed: '1',
  correlationWeight: 1,
  mapWeight: 1,
  siblingWeight: 1,
  orderWeight: 1,
  opinionAnchor: 0.25,
  faultWeight: 0.1,
  valImages: 2,
  valPixels: 1024,
}

/** A network whose scores differ from image to image although nobody trained it. */
export function livelyNetwork(tf: TensorFlow, seed: number): Network {
  const network = new Network(tf, seed)
  const rng = random(`lively ${seed}`)
  const noise = (size: number, width: number) => Float32Array.from({ length: size }, () => width * (rng() - 0.5))
  network.assign({
    'quality/kernel': noise(HIDDEN, 0.2),
    'fault/kernel': noise(FAULTS.length * HIDDEN, 0.4),
    'hidden/bias': noise(HIDDEN, 0.2),
    'error/kernel': noise(FEATURES, 0.4),
  })
  return network
}

/** tfjs-node, where it works; elsewhere the test is skipped and says why. */
export async function nativeTensorFlow(context: TestContext): Promise<TensorFlow> {
  try {
    return await loadTensorFlow()
  } catch (error) {
    return context.skip((error as Error).message)
  }
}
