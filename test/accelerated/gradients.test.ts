import { expect, test } from 'vitest'
import { tf as cpu } from '../../packages/training/test/optimise/cpu.js'
import { inProject } from './support/child.js'
import { projectWith, softwareGpu } from './support/project.js'

const entry = JSON.stringify(new URL('../../packages/training/dist/webgpu.js', import.meta.url).href)

/** Batch, height, width, inputs, filters, the filter's side, stride. */
type Case = [number, number, number, number, number, number, number]

const CASES: Case[] = [
  // The first layer's one channel.
  [2, 12, 16, 1, 48, 3, 1],
  // Neither rows nor columns fill a workgroup's, and "same" padding is uneven at the second stride.
  [2, 11, 14, 5, 70, 3, 2],
  // More cells than a workgroup adds up.
  [5, 16, 16, 8, 8, 3, 1],
  // The error map's.
  [2, 8, 8, 128, 1, 1, 1],
]

/** Numbers that both processes make alike. */
const wave = (shape: number[], speed: number) =>
  Array.from({ length: shape.reduce((a, b) => a * b) }, (_, i) => Math.sin(1 + speed * i))

const SPEEDS = [1.7, 2.3, 0.9]

/** Of the input, the filter and the output's gradient. */
const shapesOf = ([batch, height, width, inputs, filters, side, stride]: Case) => [
  [batch, height, width, inputs],
  [side, side, inputs, filters],
  [batch, Math.ceil(height / stride), Math.ceil(width / stride), filters],
]

const largest = (values: Iterable<number>) => Math.max(...Array.from(values, Math.abs))

test('the gradients of convolutions on a GPU are those of the processor', async (context) => {
  const { code, signal, reports, stderr } = await inProject<number[][]>(
    await projectWith('webgpu', '@tensorflow/tfjs-backend-webgpu', '@tensorflow/tfjs-core', '@tensorflow/tfjs-layers'),
    `import { openWebgpu } from ${entry}
    const wave = ${wave}
    const { tf, close } = await openWebgpu()
    for (const [[x, filter, slope], stride] of ${JSON.stringify(CASES.map((given) => [shapesOf(given), given[6]]))}) {
      const tensors = tf.tidy(() => [x, filter, slope].map((shape, i) => tf.tensor(wave(shape, SPEEDS[i]), shape)))
      const gradients = () => tf.grads((x, filter) => tf.conv2d(x, filter, stride, 'same'))(tensors.slice(0, 2), tensors[2])
      const made = gradients()
      const before = tf.memory().numTensors
      tf.dispose(gradients())
      if (tf.memory().numTensors !== before) throw new Error('Expected nothing to be left behind.')
      report(await Promise.all(made.map(async (tensor) => Array.from(await tensor.data()))))
    }
    await close()`.replace('SPEEDS', JSON.stringify(SPEEDS)),
    softwareGpu(context),
  )
  expect({ code, signal }, stderr).toEqual({ code: 0, signal: null })
  expect(reports).toHaveLength(CASES.length)
  for (const [i, given] of CASES.entries()) {
    const shapes = shapesOf(given)
    const [x, filter, slope] = shapes.map((shape, i) => cpu.tensor(wave(shape, SPEEDS[i]!), shape))
    const gradientsOf = cpu.grads((x, filter) => cpu.conv2d(x as never, filter as never, given[6], 'same'))
    for (const [which, gradient] of gradientsOf([x!, filter!], slope).entries()) {
      const expected = gradient.dataSync()
      const apart = largest(expected.map((value, j) => value - reports[i]![which]![j]!))
      expect(apart / largest(expected), `case ${i}, gradient ${which}`).toBeLessThan(1e-5)
    }
  }
}, 120_000)
