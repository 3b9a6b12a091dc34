/// <reference types="@webgpu/types" />
import type { Tensor4D } from '@tensorflow/tfjs-core'
import type { TensorFlow } from '../model/architecture.js'
import type { Model } from '../model/weights.js'
import type { Network } from './network.js'
import { TfjsNetwork, type Upload } from './tfjs-network.js'
import { openWebgpuBackend } from './webgpu-backend.js'

/** Starts the network on tfjs-backend-webgpu over Dawn, the WebGPU of the npm package `webgpu`. */
export async function openWebgpu({ tensors }: Model): Promise<Network> {
  const { tf, name, device, software, release } = await openWebgpuBackend()
  try {
    const network = new TfjsNetwork(tf, name, tensors, 2 ** 19, uploadTo(device, tf))
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

/**
 * Uploads into one buffer, again and again: TensorFlow.js has a new one made and cleared each time, which takes longer than
 * all else that it does for a batch. The GPU is through with the last batch's numbers before it gets the next one's,
 * because by then all that reads them was submitted.
 */
function uploadTo(device: GPUDevice, tf: TensorFlow): Upload {
  let buffer: GPUBuffer | undefined
  return (data, shape) => {
    if (!buffer || buffer.size < data.byteLength) {
      buffer?.destroy()
      const usage = GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST
      buffer = device.createBuffer({ size: data.byteLength, usage })
    }
    device.queue.writeBuffer(buffer, 0, data as Float32Array<ArrayBuffer>)
    return tf.tensor({ buffer, zeroCopy: true }, shape, 'float32') as Tensor4D
  }
}
