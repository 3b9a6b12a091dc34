import { fileURLToPath } from 'node:url'
import { findPackage, openWebgpuBackend, requirePackage } from '@diqa/core/model'
import type { Engine } from './engine.js'
import { replaceGradients } from './network/webgpu-gradients.js'
import { UsageError } from './usage-error.js'

/** Brings the gradients along: tfjs-core has them in files that Node cannot load. */
const GRADIENTS = '@tensorflow/tfjs-layers'
const PACKAGES = ['webgpu', '@tensorflow/tfjs-backend-webgpu', GRADIENTS]

const here = fileURLToPath(new URL('..', import.meta.url))
const ownInstall = fileURLToPath(new URL('../.webgpu', import.meta.url))

/**
 * Starts TensorFlow.js on a GPU, over Dawn: Vulkan, Metal or Direct3D 12. The packages are looked for in `node_modules`, in
 * `.webgpu` beside it, and in the working directory's. Of what is on the GPU, nothing can be read with `dataSync`.
 *
 * @param folders where to look, in this order
 * @throws UsageError when a package is not installed, or there is no GPU
 */
export async function openWebgpu(folders: readonly string[] = [here, ownInstall, process.cwd()]): Promise<Engine> {
  const missing = PACKAGES.find((name) => !findPackage(name, folders))
  if (missing) {
    throw new UsageError(
      `Expected the package ${missing}, for --engine webgpu, but it is not installed: the README of @diqa/training says how.`,
    )
  }
  const { tf, name, software, release } = await openWebgpuBackend(folders).catch((error: Error) => {
    throw new UsageError(error.message.split('\n')[0]!)
  })
  try {
    requirePackage(GRADIENTS, folders)
    await tf.setBackend(name)
    replaceGradients(tf, name)
  } catch (error) {
    await release()
    throw error
  }
  return { tf, software, close: release }
}
