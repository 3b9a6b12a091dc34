import type { KernelConfig, Tensor4D, TensorInfo } from '@tensorflow/tfjs-core'
import type { TensorFlow } from '../tensorflow.js'

/** What the backend has beyond the common interface: it runs a program for the GPU. */
interface WebgpuBackend {
  runWebGPUProgram(program: Program, inputs: TensorInfo[], dtype: 'float32', uniforms: Uniform[]): TensorInfo
  disposeData(dataId: object): boolean
}

interface Uniform {
  type: 'int32'
  data: number[]
}

/** TensorFlow.js's form of a program: it declares the buffers and uniforms that the text refers to. */
interface Program {
  variableNames: string[]
  uniforms: string
  outputShape: number[]
  workgroupSize: [number, number, number]
  dispatchLayout: { x: number[]; y: number[]; z: number[] }
  dispatch: [number, number, number]
  shaderKey: string
  getUserCode(): string
}

interface Attributes {
  strides: number | [number, number]
  pad: 'same' | 'valid' | number
  filterShape: Shape4D
}

type Shape4D = [number, number, number, number]

/** Copies of TensorFlow.js that have them. */
const replaced = new WeakSet<TensorFlow>()

/**
 * Rows and columns of the product that a workgroup makes, and a thread of it; cells that it adds up at a time. As many threads as
 * rows: each brings one row and one column.
 */
const TILE = 64
const BLOCK = 8
const DEPTH = 16

/** Workgroups that keep a large GPU busy, and the fewest cells that are worth one. */
const WORKGROUPS = 1024
const LEAST_CELLS = 512

/**
 * TensorFlow.js's two gradients of a convolution, on its backend for WebGPU, made many times faster. Its own gradient of
 * the filter has one thread add up the whole batch for each weight: at most some tens of thousands of threads, each with half
 * a million products of a batch of 60 patches.
 *
 * - The filter's: one product of matrices, the input's windows transposed with the output's gradient, whose long sum over
 *   the batch's cells is divided among workgroups and added up at the end.
 * - The input's, at stride 1: the forward convolution, which is fast, with the filter turned round.
 *
 * They replace those of all convolutions in this process.
 */
export function replaceGradients(tf: TensorFlow, backendName: string): void {
  if (replaced.has(tf)) return
  replaced.add(tf)
  const filterGradient: KernelConfig = {
    kernelName: tf.Conv2DBackpropFilter,
    backendName,
    kernelFunc: ({ inputs, backend, attrs }) => {
      const { strides, pad, filterShape } = attrs as unknown as Attributes
      const { x, dy } = inputs as { x: TensorInfo; dy: TensorInfo }
      const info = tf.backend_util.computeConv2DInfo(x.shape as Shape4D, filterShape, strides, 1, pad)
      const rows = info.filterHeight * info.filterWidth * info.inChannels
      const cells = info.batchSize * info.outHeight * info.outWidth
      const groups = [Math.ceil(rows / TILE), Math.ceil(info.outChannels / TILE)] as const
      const parts = Math.min(Math.ceil(WORKGROUPS / (groups[0] * groups[1])), Math.ceil(cells / LEAST_CELLS))
      const cellsOfPart = DEPTH * Math.ceil(cells / parts / DEPTH)
      const program: Program = {
        variableNames: ['x', 'dy'],
        uniforms:
          'filterWidth : i32, pads : vec2<i32>, strides : vec2<i32>, rows : i32, cells : i32, cellsOfPart : i32, ',
        outputShape: [parts, rows, info.outChannels],
        workgroupSize: [TILE / BLOCK, TILE / BLOCK, 1],
        dispatchLayout: { x: [1], y: [2], z: [0] },
        dispatch: [...groups, parts],
        shaderKey: 'diqaFilterGradient',
        getUserCode: () => FILTER_GRADIENT,
      }
      const uniforms = [
        [info.filterWidth],
        [info.padInfo.top, info.padInfo.left],
        [info.strideHeight, info.strideWidth],
        [rows],
        [cells],
        [cellsOfPart],
      ].map((data): Uniform => ({ type: 'int32', data }))
      const gpu = backend as unknown as WebgpuBackend
      const parted = gpu.runWebGPUProgram(program, [x, dy], 'float32', uniforms)
      const whole = gpu.runWebGPUProgram(sumOfParts(filterShape), [parted], 'float32', [])
      gpu.disposeData(parted.dataId)
      return whole
    },
  }
  const theirs = tf.getKernel(tf.Conv2DBackpropInput, backendName)!
  const inputGradient: KernelConfig = {
    kernelName: tf.Conv2DBackpropInput,
    backendName,
    kernelFunc: (call) => {
      const { strides, pad } = call.attrs as unknown as Attributes
      if (pad !== 'same' || [strides].flat().some((stride) => stride !== 1)) return theirs.kernelFunc(call)
      const { dy, filter } = call.inputs as { dy: Tensor4D; filter: Tensor4D }
      return tf.tidy(() => tf.conv2d(dy, tf.transpose(tf.reverse(filter, [0, 1]), [0, 1, 3, 2]), 1, 'same'))
    },
  }
  for (const kernel of [filterGradient, inputGradient]) {
    tf.unregisterKernel(kernel.kernelName, backendName)
    tf.registerKernel(kernel)
  }
}

/**
 * A thread adds up one weight's parts. TensorFlow.js's own sum has a workgroup for each.
 *
 * @param outputShape of the filter; its one input has the parts before that
 */
function sumOfParts(outputShape: number[]): Program {
  const size = outputShape.reduce((a, b) => a * b)
  return {
    variableNames: ['parts'],
    uniforms: '',
    outputShape,
    workgroupSize: [64, 1, 1],
    dispatchLayout: { x: [0, 1, 2, 3], y: [], z: [] },
    dispatch: [Math.ceil(size / 64), 1, 1],
    shaderKey: 'diqaSumOfParts',
    getUserCode: () => `
fn main(index : i32) {
  let size = uniforms.partsShape[1] * uniforms.partsShape[2];
  if (index < size) {
    var sum = 0.0;
    for (var part = 0; part < uniforms.partsShape[0]; part = part + 1) {
      sum = sum + parts[part * size + index];
    }
    result[index] = sum;
  }
}
`,
  }
}

const blockRows = Array.from({ length: BLOCK }, (_, i) => i)

/** One of a thread's rows: a vector of four lanes, and which of them. */
const left = (row: number) => `left${row >> 2}[${row & 3}]`

/**
 * Rows are the filter's weights of one output channel, in their order; a row's value at a cell is the input's that this
 * weight meets there. Loops are of lengths that all threads share, as barriers demand.
 */
const FILTER_GRADIENT = `
var<workgroup> windows : array<array<vec4<f32>, ${TILE / 4}>, ${DEPTH}>;
var<workgroup> slopes : array<array<vec4<f32>, ${TILE / 4}>, ${DEPTH}>;

fn put(row : i32, column : i32, sums : vec4<f32>) {
  for (var j = 0; j < 4; j = j + 1) {
    if (row < uniforms.rows && column + j < uniforms.dyShape[3]) {
      result[(i32(workgroupId.z) * uniforms.rows + row) * uniforms.dyShape[3] + column + j] = sums[j];
    }
  }
}

fn main() {
  let lane = i32(localIndex);
  let inputs = uniforms.xShape[3];
  let outputs = uniforms.dyShape[3];
  let row = i32(workgroupId.x) * ${TILE} + lane;
  let tap = row / inputs;
  let channel = row - tap * inputs;
  let shift = vec2<i32>(tap / uniforms.filterWidth, tap % uniforms.filterWidth) - uniforms.pads;
  let column = i32(workgroupId.y) * ${TILE} + lane;
  let start = i32(workgroupId.z) * uniforms.cellsOfPart;
  let end = min(start + uniforms.cellsOfPart, uniforms.cells);
  let mine = vec2<i32>(lane / ${TILE / BLOCK}, lane % ${TILE / BLOCK});
  ${blockRows.map((i) => `var sums${i}a = vec4<f32>(0.0); var sums${i}b = vec4<f32>(0.0);`).join('\n  ')}

  for (var step = 0; step < uniforms.cellsOfPart; step = step + ${DEPTH}) {
    for (var k = 0; k < ${DEPTH}; k = k + 1) {
      let cell = start + step + k;
      var window = 0.0;
      var slope = 0.0;
      if (cell < end) {
        if (row < uniforms.rows) {
          let line = cell / uniforms.dyShape[2];
          let batch = line / uniforms.dyShape[1];
          let at = vec2<i32>(line - batch * uniforms.dyShape[1], cell - line * uniforms.dyShape[2]) * uniforms.strides + shift;
          if (all(at >= vec2<i32>(0)) && all(at < uniforms.xShape.yz)) {
            window = x[((batch * uniforms.xShape[1] + at.x) * uniforms.xShape[2] + at.y) * inputs + channel];
          }
        }
        if (column < outputs) {
          slope = dy[cell * outputs + column];
        }
      }
      windows[k][lane / 4][lane % 4] = window;
      slopes[k][lane / 4][lane % 4] = slope;
    }
    workgroupBarrier();
    for (var k = 0; k < ${DEPTH}; k = k + 1) {
      let left0 = windows[k][2 * mine.x];
      let left1 = windows[k][2 * mine.x + 1];
      let a = slopes[k][2 * mine.y];
      let b = slopes[k][2 * mine.y + 1];
      ${blockRows.map((i) => `sums${i}a += ${left(i)} * a; sums${i}b += ${left(i)} * b;`).join('\n      ')}
    }
    workgroupBarrier();
  }

  let top = i32(workgroupId.x) * ${TILE} + ${BLOCK} * mine.x;
  let side = i32(workgroupId.y) * ${TILE} + ${BLOCK} * mine.y;
  ${blockRows.map((i) => `put(top + ${i}, side, sums${i}a); put(top + ${i}, side + 4, sums${i}b);`).join('\n  ')}
}
`
