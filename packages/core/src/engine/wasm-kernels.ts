import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { UsageError } from '../usage-error.js'

/** As much of WebAssembly as is used here: TypeScript knows it only beside a browser's other globals. */
const { WebAssembly } = globalThis as unknown as {
  WebAssembly: {
    validate: (bytes: Uint8Array) => boolean
    Module: new (bytes: Uint8Array) => object
    Instance: new (module: object) => { exports: unknown }
  }
}

/** What assembly/index.ts exports. */
export interface Kernels {
  memory: { buffer: ArrayBuffer; grow: (pages: number) => void }
  direct: (
    input: number,
    pixelBytes: number,
    rowBytes: number,
    stride: number,
    runBytes: number,
    weights: number,
    filters: number,
    rounding: number,
    shift: number,
    output: number,
    outputRowBytes: number,
    width: number,
    height: number,
    kind: number,
    scratch: number,
  ) => void
  winograd: (
    patch: number,
    input: number,
    inputs: number,
    rowBytes: number,
    weights: number,
    filters: number,
    rounding: number,
    shift: number,
    output: number,
    outputRowBytes: number,
    width: number,
    height: number,
    kind: number,
    atOnce: number,
    scratch: number,
  ) => void
  pool: (features: number, cells: number, channels: number, out: number) => void
  luma: (pixels: number, channels: number, count: number, out: number) => void
  blurAcross: (luma: number, taps: number, columns: number, out: number) => void
  blurDown: (ring: number, first: number, taps: number, columns: number, out: number) => void
  upscaleDown: (rows: number, rowBytes: number, weights: number, columns: number, out: number) => void
  levels: (luma: number, low: number, weights: number, count: number, out: number) => void
  count: (levels: number, count: number, tables: number) => void
  cellMeans: (levels: number, width: number, reliability: number, columns: number, out: number) => void
  distances: (a: number, b: number, count: number, sums: number) => void
  products: (a: number, b: number, count: number, sum: number) => void
  addChroma: (pixels: number, rowBytes: number, blocks: number, moments: number) => void
  moments: (levels: number, count: number, histogram: number, sums: number) => void
  wholeLevels: (levels: number, count: number, out: number) => void
  tones: (pixels: number, channels: number, count: number, histogram: number, sums: number) => void
  chromaSteps: (pixels: number, count: number, sums: number) => void
}

/** The kernels compiled, for one or for many threads: a `WebAssembly.Module`. */
export type CompiledKernels = object

/** @throws UsageError when the kernels are missing, or WebAssembly with SIMD is not to be had */
export function compileKernels(packageFolder: string): CompiledKernels {
  const bytes = read(join(packageFolder, 'dist', 'engine', 'kernels.wasm'))
  if (WebAssembly.validate(bytes)) return new WebAssembly.Module(bytes)
  throw new UsageError('Expected WebAssembly with SIMD for the engine "wasm" but this machine has none.')
}

function read(file: string): Uint8Array {
  try {
    return readFileSync(file)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    throw new UsageError(
      `Expected the engine's kernels at ${file} but could not read them (${code}): install the package again, or "npm run build".`,
    )
  }
}

/** The kernels with a memory of their own. */
export function startKernels(module: CompiledKernels): Kernels {
  return new WebAssembly.Instance(module).exports as Kernels
}
