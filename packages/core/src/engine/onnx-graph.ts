import { CONVOLUTIONS, FEATURE_SCALE, FEATURES } from '../model/architecture.js'
import type { Tensors } from '../model/tensor-file.js'
import { encodeMessage, type Message } from './protobuf.js'

/** Field numbers and constants of onnx.proto. */
const FLOAT = 1
const INTS = 7
const OPSET = 13

/**
 * f(.) and g(.) as an ONNX file: from `tiles`, shape `[count, 1, height, width]`, to `pooled`, shape `[count, 128]`, and
 * `errors`, shape `[count, 1, height / 4, width / 4]`.
 *
 * Made of the weights when it is needed rather than shipped: another model works as well, and neither can be stale.
 */
export function onnxModel(tensors: Tensors): Uint8Array {
  const nodes: Message[] = []
  const numbers: Message[] = []
  let input = 'tiles'
  for (const { name, inputs, filters, stride } of CONVOLUTIONS) {
    numbers.push(kernel(name, tensors, 3, inputs, filters), floats(`${name}/bias`, [filters], tensors[`${name}/bias`]!))
    // "same" padding: at stride 2, sides being even, it is below and on the right alone.
    const before = stride === 1 ? 1 : 0
    const window = { pads: [before, before, 1, 1], strides: [stride, stride] }
    nodes.push(node('Conv', [input, `${name}/kernel`, `${name}/bias`], `${name}/sum`, window))
    nodes.push(node('Relu', [`${name}/sum`], name))
    input = name
  }
  nodes.push(node('ReduceMean', [input], 'mean', { axes: [2, 3] }), node('Flatten', ['mean'], 'pooled'))
  numbers.push(kernel('error', tensors, 1, FEATURES, 1), floats('error/bias', [1], tensors['error/bias']!))
  nodes.push(node('Conv', [input, 'error/kernel', 'error/bias'], 'errors'))
  const graph: Message = [
    ...nodes.map((message) => [1, message] as const),
    [2, 'diqa'],
    ...numbers.map((message) => [5, message] as const),
    [11, value('tiles', ['count', 1, 'height', 'width'])],
    [12, value('pooled', ['count', FEATURES])],
    [12, value('errors', ['count', 1, `height / ${FEATURE_SCALE}`, `width / ${FEATURE_SCALE}`])],
  ].map(([number, message]) => [number, message] as Message[number])
  return encodeMessage([
    [1, 8],
    [2, 'diqa'],
    [7, graph],
    [8, [[2, OPSET]]],
  ])
}

function node(operation: string, inputs: string[], output: string, attributes: Record<string, number[]> = {}): Message {
  return [
    ...inputs.map((name): Message[number] => [1, name]),
    [2, output],
    [3, output],
    [4, operation],
    ...Object.entries(attributes).map(([name, values]): Message[number] => [
      5,
      [[1, name], ...values.map((value): Message[number] => [8, value]), [20, INTS]],
    ]),
  ]
}

function value(name: string, shape: (number | string)[]): Message {
  const dimensions = shape.map((size): Message[number] => [1, [[typeof size === 'number' ? 1 : 2, size]]])
  return [
    [1, name],
    [
      2,
      [
        [
          1,
          [
            [1, FLOAT],
            [2, dimensions],
          ],
        ],
      ],
    ],
  ]
}

function floats(name: string, shape: number[], values: Float32Array): Message {
  return [
    ...shape.map((size): Message[number] => [1, size]),
    [2, FLOAT],
    [8, name],
    [9, new Uint8Array(values.buffer, values.byteOffset, values.byteLength)],
  ]
}

/** Ours are `[side, side, inputs, filters]`, ONNX's `[filters, inputs, side, side]`. */
function kernel(name: string, tensors: Tensors, side: number, inputs: number, filters: number): Message {
  const ours = tensors[`${name}/kernel`]!
  const theirs = new Float32Array(ours.length)
  const taps = side * side
  for (let tap = 0, from = 0; tap < taps; tap++) {
    for (let input = 0; input < inputs; input++) {
      for (let filter = 0; filter < filters; filter++) theirs[(filter * inputs + input) * taps + tap] = ours[from++]!
    }
  }
  return floats(`${name}/kernel`, [filters, inputs, side, side], theirs)
}
