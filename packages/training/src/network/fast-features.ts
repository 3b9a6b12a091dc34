import { CONVOLUTIONS, type Convolution, featureMap } from '@diqa/core/model'
import type { Tensor, Tensor4D, Variable } from '@tensorflow/tfjs-core'
import type { TensorFlow } from '../tensorflow.js'

/** In what the convolutions of a training step are computed. */
export const PRECISIONS = ['float32', 'bfloat16'] as const

/** One of {@link PRECISIONS}. */
export type Precision = (typeof PRECISIONS)[number]

/** f(.) with gradients: patches of shape `[count, height, width, 1]` to the feature map, in float32 whatever lies between. */
export type FeatureMap = (variables: Record<string, Variable>, tiles: Tensor4D) => Tensor4D

interface Attribute {
  name: string
  type: number
  value: unknown
}

/** What tfjs-node's backend has beyond the common interface: any TensorFlow operation by its name. */
interface NodeBackend {
  binding: {
    TF_ATTR_TYPE: number
    TF_ATTR_STRING: number
    TF_ATTR_INT: number
    TF_ATTR_BOOL: number
    TF_FLOAT: number
    executeOp(
      name: string,
      attributes: Attribute[],
      inputs: unknown[],
      outputs: number,
    ): { id: unknown; shape: number[] }[]
  }
  getInputTensorIds(tensors: Tensor[]): unknown[]
  tensorMap: { set(dataId: object, entry: object): void }
}

/** TensorFlow's DT_BFLOAT16: TensorFlow.js has no name for it. */
const BFLOAT16 = 14

/**
 * TensorFlow.js takes a convolution apart as soon as there is a gradient to find, and knows no bfloat16. This is the whole
 * of f(.) as one operation with a gradient of its own, made of TensorFlow's: Conv2D, BiasAdd and Relu, and their
 * gradients. In float32 a step takes 0.6 times what TensorFlow.js's own takes; in bfloat16, on a processor that multiplies
 * in it, half of that again. The weights, their gradients and the sums within a convolution stay float32.
 *
 * @returns core's own graph where the backend is not tfjs-node's
 */
export function fastFeatures(tf: TensorFlow, precision: Precision): FeatureMap {
  const backend = tf.backend() as unknown as NodeBackend
  if (typeof backend.binding?.executeOp !== 'function') return (variables, tiles) => featureMap(tf, variables, tiles)
  const { binding } = backend
  const { TF_ATTR_TYPE, TF_ATTR_STRING, TF_ATTR_INT, TF_ATTR_BOOL, TF_FLOAT } = binding
  const type = precision === 'float32' ? TF_FLOAT : BFLOAT16
  const ofType: Attribute = { name: 'T', type: TF_ATTR_TYPE, value: type }
  const format: Attribute = { name: 'data_format', type: TF_ATTR_STRING, value: 'NHWC' }

  // To TensorFlow.js every tensor here is of float32: it never looks inside those that are not.
  const run = (name: string, attributes: Attribute[], inputs: Tensor[], made = type): Tensor => {
    const [{ id, shape }] = binding.executeOp(name, attributes, backend.getInputTensorIds(inputs), 1) as [
      { id: unknown; shape: number[] },
    ]
    const dataId = {}
    backend.tensorMap.set(dataId, { id, shape, dtype: made, values: null, refCount: 1 })
    return tf.engine().makeTensorFromTensorInfo({ dataId, shape, dtype: 'float32' })
  }
  const cast = (tensor: Tensor, from: number, to: number): Tensor => {
    if (from === to) return tensor
    const types = [
      { name: 'SrcT', type: TF_ATTR_TYPE, value: from },
      { name: 'DstT', type: TF_ATTR_TYPE, value: to },
      { name: 'Truncate', type: TF_ATTR_BOOL, value: false },
    ]
    return run('Cast', types, [tensor], to)
  }
  const narrow = (tensor: Tensor) => cast(tensor, TF_FLOAT, type)
  const widen = (tensor: Tensor) => cast(tensor, type, TF_FLOAT)
  const convolution = (stride: number): Attribute[] => [
    ofType,
    format,
    { name: 'strides', type: TF_ATTR_INT, value: [1, stride, stride, 1] },
    { name: 'padding', type: TF_ATTR_STRING, value: 'SAME' },
    { name: 'dilations', type: TF_ATTR_INT, value: [1, 1, 1, 1] },
    { name: 'use_cudnn_on_gpu', type: TF_ATTR_BOOL, value: true },
  ]

  // Each saves only what it takes and gives: TensorFlow.js counts anything else as a leak.
  const widenFeatures = tf.customGrad((given) => ({ value: widen(given as Tensor), gradFunc: (dy) => narrow(dy) }))
  const layer = ({ stride }: Convolution) => {
    const attributes = convolution(stride)
    return tf.customGrad((...given) => {
      const save = given.pop() as unknown as (kept: Tensor[]) => void
      const [x, filter, bias] = given as [Tensor, Tensor, Tensor]
      const sum = run('Conv2D', attributes, [x, narrow(filter)])
      const y = run('Relu', [ofType], [run('BiasAdd', [ofType, format], [sum, narrow(bias)])])
      save([x, filter, y])
      const gradFunc = (dy: Tensor, saved: Tensor[]) => {
        const [x, filter, y] = saved as [Tensor, Tensor, Tensor]
        const masked = run('ReluGrad', [ofType], [dy, y])
        const sizes = (tensor: Tensor) => tf.tensor1d(tensor.shape, 'int32')
        return [
          // The picture itself is not trained: nobody reads the gradient at one channel.
          x.shape[3] === 1
            ? tf.zeros(x.shape)
            : run('Conv2DBackpropInput', attributes, [sizes(x), narrow(filter), masked]),
          widen(run('Conv2DBackpropFilter', attributes, [x, sizes(filter), masked])),
          // In bfloat16 it would also add up in bfloat16, and lose nine tenths of the sum.
          run('BiasAddGrad', [{ ...ofType, value: TF_FLOAT }, format], [widen(masked)], TF_FLOAT),
        ]
      }
      return { value: y, gradFunc }
    })
  }
  const layers = CONVOLUTIONS.map((given) => ({ name: given.name, apply: layer(given) }))

  return (variables, tiles) => {
    let x = narrow(tiles)
    for (const { name, apply } of layers) x = apply(x, variables[`${name}/kernel`]!, variables[`${name}/bias`]!)
    return (precision === 'float32' ? x : widenFeatures(x)) as Tensor4D
  }
}

/** What is faster here: without instructions for bfloat16, TensorFlow emulates it and takes many times as long. */
export function fastestPrecision(tf: TensorFlow): Precision {
  const variables: Record<string, Variable> = {}
  tf.tidy(() => {
    for (const { name, inputs, filters } of CONVOLUTIONS) {
      variables[`${name}/kernel`] = tf.variable(tf.fill([3, 3, inputs, filters], 0.01))
      variables[`${name}/bias`] = tf.variable(tf.zeros([filters]))
    }
  })
  const milliseconds = (precision: Precision): number => {
    const features = fastFeatures(tf, precision)
    const times = Array.from({ length: 4 }, () => {
      const start = performance.now()
      tf.tidy(() => tf.sum(features(variables, tf.ones([8, 96, 96, 1]))).dataSync())
      return performance.now() - start
    })
    return Math.min(...times)
  }
  const faster = milliseconds('bfloat16') < 0.8 * milliseconds('float32')
  tf.dispose(variables)
  return faster ? 'bfloat16' : 'float32'
}
