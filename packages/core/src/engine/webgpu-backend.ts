/// <reference types="@webgpu/types" />
import { dirname } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { KernelBackend } from '@tensorflow/tfjs-core'
import type { TensorFlow } from '../model/architecture.js'
import { findPackage, requirePackage } from './packages.js'

/** The package `webgpu`. */
interface Dawn {
  create(options: string[]): GPU
  globals: Record<string, unknown>
}

interface BackendPackage {
  WebGPUBackend: new (device: GPUDevice, info: GPUAdapterInfo) => KernelBackend
}

interface Runtime {
  tf: TensorFlow
  device: GPUDevice
  /** Keeps Dawn alive; without a reference to it, its objects go. */
  gpu: GPU
  software: string | undefined
}

/** TensorFlow.js on a GPU. */
export interface WebgpuBackend {
  /** Nothing on the GPU can be read with `dataSync`; `data` fails where anything went wrong there. */
  tf: TensorFlow
  /** What TensorFlow.js calls the backend, which is nobody's current one. */
  name: string
  device: GPUDevice
  /** The GPU's name, where the processor only plays it. */
  software: string | undefined
  /** To be called once. Objects of a GPU that live on when the process ends make it crash. */
  release(): Promise<void>
}

const NAME = 'webgpu'
const BACKEND = '@tensorflow/tfjs-backend-webgpu'

let shared: Promise<Runtime> | undefined
let users = 0

/**
 * Starts tfjs-backend-webgpu over Dawn, the WebGPU of the npm package `webgpu`. All users in a process share one device.
 *
 * @param folders where to look for the packages. Default: as this package would, then the working directory
 * @throws Error with one sentence when a package is missing, or there is no GPU
 */
export async function openWebgpuBackend(folders?: readonly string[]): Promise<WebgpuBackend> {
  users++
  shared ??= start(folders)
  try {
    const { tf, device, software } = await shared
    return { tf, name: NAME, device, software, release }
  } catch (error) {
    await release()
    throw error
  }
}

/** The last one out destroys the device. */
async function release(): Promise<void> {
  if (--users > 0) return
  const ending = shared
  shared = undefined
  const runtime = await ending?.catch(() => undefined)
  runtime?.tf.removeBackend(NAME)
  runtime?.device.destroy()
}

/**
 * The device and the backend are made here. What the backend's package would do by itself trips over today's Dawn: it
 * asks for a feature in a list within the list, and only where `navigator.gpu` was there before it was imported.
 */
async function start(folders?: readonly string[]): Promise<Runtime> {
  const dawn = findPackage(NAME, folders)
  const backend = findPackage(BACKEND, folders)
  if (!dawn || !backend) throw new Error(`Expected the package ${dawn ? BACKEND : NAME} but it is not installed.`)
  const { create, globals }: Dawn = await import(pathToFileURL(dawn.file).href)
  Object.assign(globalThis, globals)
  const gpu = create([])
  const adapter = await gpu.requestAdapter({ powerPreference: 'high-performance' })
  if (!adapter) throw new Error('Expected a GPU for WebGPU but there is none whose driver it can use.')
  const device = await adapter.requestDevice({ requiredLimits: limits(adapter) })
  // As the backend sees it itself: kernels are registered with one copy of TensorFlow.js.
  const tf = requirePackage<TensorFlow>('@tensorflow/tfjs-core', [dirname(backend.file)])
  const { WebGPUBackend } = requirePackage<BackendPackage>(BACKEND, folders)
  // What went wrong on the GPU, which calculates on with zeros and tells nobody.
  let failure: string | undefined
  class Watched extends WebGPUBackend {
    override async read(dataId: object): ReturnType<KernelBackend['read']> {
      const values = await super.read(dataId)
      if (failure) throw new Error(failure)
      return values
    }
  }
  withNavigator(gpu, () => {
    const instance = new Watched(device, adapter.info)
    // Priority 0: it is ours, and not to be anybody's default.
    tf.registerBackend(NAME, () => instance, 0)
    tf.findBackend(NAME)
  })
  device.lost.then(({ message }) => {
    failure ??= `Expected the GPU to stay but it was lost (${message}).`
  })
  device.addEventListener('uncapturederror', ({ error }) => {
    failure ??= `Expected the GPU to calculate but it failed (${error.message.split('\n')[0]}).`
  })
  return { tf, device, gpu, software: softwareName(adapter.info) }
}

/** As large as the device has them: the first layers' maps are larger than WebGPU promises everywhere. */
function limits({ limits }: GPUAdapter): Record<string, number> {
  const names = [
    'maxComputeWorkgroupStorageSize',
    'maxComputeWorkgroupsPerDimension',
    'maxStorageBufferBindingSize',
    'maxBufferSize',
    'maxComputeWorkgroupSizeX',
    'maxComputeInvocationsPerWorkgroup',
  ] as const
  return Object.fromEntries(names.map((name) => [name, limits[name]]))
}

/** Shows the backend a browser's `navigator.gpu` while it starts, and nobody else: with it, programs take Node for a browser. */
function withNavigator(gpu: GPU, work: () => void): void {
  const before = Object.getOwnPropertyDescriptor(globalThis, 'navigator')
  Object.defineProperty(globalThis, 'navigator', { value: { gpu }, configurable: true })
  try {
    work()
  } finally {
    if (before) Object.defineProperty(globalThis, 'navigator', before)
    else Reflect.deleteProperty(globalThis, 'navigator')
  }
}

/** A GPU that the processor only plays. */
function softwareName({ description, architecture, isFallbackAdapter }: GPUAdapterInfo): string | undefined {
  const name = description || architecture
  return isFallbackAdapter || /swiftshader|llvmpipe|lavapipe|basic render/i.test(name) ? name : undefined
}
