import type { Model } from '../model/weights.js'
import type { Network } from './network.js'
import { TfjsNetwork } from './tfjs-network.js'
import { openWebgpuBackend } from './webgpu-backend.js'

/** Starts the network on tfjs-backend-webgpu over Dawn, the WebGPU of the npm package `webgpu`. */
export async function openWebgpu({ tensors }: Model): Promise<Network> {
  const { tf, name, software, release } = await openWebgpuBackend()
  try {
    const network = new TfjsNetwork(tf, name, tensors, 2 ** 19)
    return {
      pixelsAtOnce: network.pixelsAtOnce,
      software,
      run: (tiles, errorMaps) => network.run(tiles, errorMaps),
      async dispose() {
        await network.dispose()
        await release()
      },
    }
  } catch (error) {
    await release()
    throw error
  }
}
