import { examineEngines } from '@diqa/core'
import { expect, test } from 'vitest'
import { addPackage, projectWith, workIn } from './support/project.js'

test('says what works and how fast, what does not and why, and what would have to be installed', async () => {
  const project = await projectWith()
  await addPackage(project, 'onnxruntime-node', 'process.exit(9)')
  workIn(project)
  const engines = await examineEngines()
  expect(engines[0]).toEqual({ name: 'wasm', device: 'cpu', works: true, msPerMegapixel: expect.any(Number) })
  expect(engines[0]!.msPerMegapixel).toBeGreaterThan(0)
  expect(engines).toContainEqual({
    name: 'onnx',
    device: 'cpu',
    works: false,
    reason: 'Expected an answer to a known question but its process ended with 9.',
  })
  expect(engines).toContainEqual({
    name: 'tensorflow',
    device: 'gpu',
    works: false,
    reason: '@tensorflow/tfjs-node-gpu is not installed (npm install --save-dev @tensorflow/tfjs-node-gpu).',
    install: 'npm install --save-dev @tensorflow/tfjs-node-gpu',
  })
})
