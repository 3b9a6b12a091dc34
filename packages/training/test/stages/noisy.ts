import type { Store } from '../../src/store/store.js'
import { picture, storeOf, temporary } from '../tiny.js'

/** Noise makes pictures worse: clean ones, each with three noisy versions. */
export async function noisy(name: string): Promise<Store> {
  const images = Array.from({ length: 4 }, (_, i) => {
    const split = i < 2 ? ('train' as const) : ('val' as const)
    const version = (grain: number, quality: number, distortion: string) => ({
      pixels: picture(32, 32, i, grain),
      split,
      quality: quality + i,
      distortion,
      ...(grain > 0 && { reference: 4 * i }),
    })
    return [version(0, 90, 'none'), version(40, 60, 'noise'), version(80, 30, 'jpeg'), version(120, 10, 'chain')]
  }).flat()
  return storeOf(await temporary(), images, name)
}
