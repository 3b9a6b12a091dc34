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
    TF_ATTR_FLOAT: number
    TF_FLOAT: number
    TF_INT32: number
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

/** TensorFlow's DT_BFLOAT16 and DT_INT16: TensorFlow.js has no names for them. */
const BFLOAT16 = 14
const INT16 = 5

/**
 * TensorFlow.js takes a convolution apart as soon as there is a gradient to find, and knows no bfloat16. This is the whole
 * of f(.) as one operation with a gradient of its own, made of TensorFlow's: Conv2D, BiasAdd and Relu, and their
 * gradients. In float32 a step takes 0.6 times what TensorFlow.js's own takes; in bfloat16, on a processor that multiplies
 * in it, half of that again. The weights, their gradients and the sums within a convolution stay float32.
 *
 * In bfloat16 TensorFlow's BiasAdd, Relu and ReluGrad go number by number: where the processor has AMX, the first two take as
 * long as the third layer's convolution, five times as long as the first's. So the bias is the offset of a batch normalisation that does nothing else, and what is not
 * above 0 is found by its bits, as those of an int16.
 *
 * @returns core's own graph where the backend is not tfjs-node's
 */
export function fastFeatures(tf: TensorFlow, precision: Precision): FeatureMap {
  const backend = tf.backend() as unknown as NodeBackend
  if (typeof backend.binding?.executeOp !== 'function') return (variables, tiles) => featureMap(tf, variables, tiles)
  const { binding } = backend
  const { TF_ATTR_TYPE, TF_ATTR_STRING, TF_ATTR_INT, TF_ATTR_BOOL, TF_ATTR_FLOAT, TF_FLOAT, TF_INT32 } = binding
  const type = precision === 'float32' ? TF_FLOAT : BFLOAT16
  const ofType: Attribute = { name: 'T', type: TF_ATTR_TYPE, value: type }
  const format: Attribute = { name: 'data_format', type: TF_ATTR_STRING, value: 'NHWC' }

  // To TensorFlow.js every tensor here is of float32: it never looks inside those that are not.
  const runAll = (name: string, attributes: Attribute[], inputs: Tensor[], made: readonly number[]): Tensor[] =>
    binding.executeOp(name, attributes, backend.getInputTensorIds(inputs), made.length).map(({ id, shape }, i) => {
      const dataId = {}
      backend.tensorMap.set(dataId, { id, shape, dtype: made[i], values: null, refCount: 1 })
      return tf.engine().makeTensorFromTensorInfo({ dataId, shape, dtype: 'float32' })
    })
  const run = (name: string, attributes: Attribute[], inputs: Tensor[], made = type): Tensor =>
    runAll(name, attributes, inputs, [made])[0]!
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

  const bits = (tensor: Tensor, from: number, to: number): Tensor => {
    const types = [
      { name: 'T', type: TF_ATTR_TYPE, value: from },
      { name: 'type', type: TF_ATTR_TYPE, value: to },
    ]
    return run('Bitcast', types, [tensor], to)
  }
  const whole: Attribute[] = [{ ...ofType, value: INT16 }]
  const wholeNumber = (value: number) => cast(tf.scalar(value, 'int32'), TF_INT32, INT16)
  // Numbers below 0 are those whose first bit is set, of either type.
  const relu = (x: Tensor): Tensor => {
    if (precision === 'float32') return run('Relu', [ofType], [x])
    return bits(run('Maximum', whole, [bits(x, BFLOAT16, INT16), wholeNumber(0)], INT16), INT16, BFLOAT16)
  }
  /** @param y what {@link relu} gave */
  const reluGradient = (dy: Tensor, y: Tensor): Tensor => {
    if (precision === 'float32') return run('ReluGrad', [ofType], [dy, y])
    const kept = run('Minimum', whole, [bits(y, BFLOAT16, INT16), wholeNumber(1)], INT16)
    return bits(run('Mul', whole, [bits(dy, BFLOAT16, INT16), kept], INT16), INT16, BFLOAT16)
  }
  const addBias = (x: Tensor, bias: Tensor): Tensor => {
    if (precision === 'float32') return run('BiasAdd', [ofType, format], [x, bias])
    const attributes = [
      ofType,
      format,
      { name: 'U', type: TF_ATTR_TYPE, value: TF_FLOAT },
      { name: 'epsilon', type: TF_ATTR_FLOAT, value: 0 },
      { name: 'is_training', type: TF_ATTR_BOOL, value: false },
    ]
    const [zeros, ones] = [tf.zeros(bias.shape), tf.ones(bias.shape)]
    const made = [BFLOAT16, TF_FLOAT, TF_FLOAT, TF_FLOAT, TF_FLOAT, TF_FLOAT]
    return runAll('FusedBatchNormV3', attributes, [x, ones, bias, zeros, ones], made)[0]!
  }

  // Each saves only what it takes and gives: TensorFlow.js counts anything else as a leak.
  const widenFeatures = tf.customGrad((given) => ({ value: widen(given as Tensor), gradFunc: (dy) => narrow(dy) }))
  const layer = ({ stride }: Convolution) => {
    const attributes = convolution(stride)
    return tf.customGrad((...given) => {
      const save = given.pop() as unknown as (kept: Tensor[]) => void
      const [x, filter, bias] = given as [Tensor, Tensor, Tensor]
      const sum = run('Conv2D', attributes, [x, narrow(filter)])
      const y = relu(addBias(sum, bias))
      save([x, filter, y])
      const gradFunc = (dy: Tensor, saved: Tensor[]) => {
        const [x, filter, y] = saved as [Tensor, Tensor, Tensor]
        const masked = reluGradient(dy, y)
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
