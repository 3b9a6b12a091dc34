import { readFileSync } from 'node:fs'
import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { STATISTICS } from '../src/image/statistics.js'
import { packTensors } from '../src/model/tensor-file.js'
import { loadModel } from '../src/model/weights.js'
import { UsageError } from '../src/usage-error.js'
import { temporaryFolder } from './support/files.js'
import { cardOf, randomTensors, writeModel } from './support/model.js'

const tensors = randomTensors()

function refused(folder: string): string {
  try {
    loadModel(folder)
  } catch (error) {
    expect(error).toBeInstanceOf(UsageError)
    return (error as Error).message
  }
  throw new Error('Expected the model to be refused.')
}

async function modelFolder(change?: Parameters<typeof writeModel>[2]): Promise<string> {
  const folder = await temporaryFolder()
  await writeModel(folder, tensors, change)
  return folder
}

test('a model’s folder is read', async () => {
  const model = loadModel(await modelFolder())
  expect(model.tensors).toEqual(tensors)
  expect(model.card).toMatchObject({ id: 'test', preprocessing: 3, quality: { centre: 50, unit: 25 } })
})

test('the model that is shipped is whole, and its calibration rises', () => {
  const folder = fileURLToPath(new URL('../models/diqa-1', import.meta.url))
  const { id, statistics, calibration } = loadModel(folder).card
  expect(id).toBe('diqa-1')
  expect([statistics.mean.length, statistics.deviation.length]).toEqual([STATISTICS.length, STATISTICS.length])
  expect(statistics.deviation.every((deviation) => deviation > 0)).toBe(true)
  const { x, y } = calibration
  expect(x.length).toBeGreaterThanOrEqual(2)
  expect(y).toHaveLength(x.length)
  for (let i = 1; i < x.length; i++) {
    expect(x[i]).toBeGreaterThan(x[i - 1]!)
    expect(y[i]).toBeGreaterThanOrEqual(y[i - 1]!)
  }
})

test('a missing folder', () => {
  expect(refused('/nowhere/model')).toBe(
    `Expected the model card at ${join('/nowhere/model', 'card.json')} but could not read it (ENOENT): install the package again.`,
  )
})

test('missing weights', async () => {
  const folder = await modelFolder()
  const file = join(folder, 'weights.bin')
  await rm(file)
  expect(refused(folder)).toBe(`Expected weights at ${file} but could not read it (ENOENT): install the package again.`)
})

test('one damaged byte', async () => {
  const folder = await modelFolder()
  const file = join(folder, 'weights.bin')
  const bytes = await readFile(file)
  const whole = cardOf(bytes).weights.sha256
  bytes[bytes.length - 1000]! ^= 1
  await writeFile(file, bytes)
  expect(refused(folder)).toBe(
    `Expected weights with SHA-256 ${whole} at ${file} but found ${cardOf(bytes).weights.sha256}: install the package again.`,
  )
})

test('other preprocessing', async () => {
  const folder = await modelFolder((card) => Object.assign(card, { preprocessing: 7 }))
  expect(refused(folder)).toBe(
    `Expected weights for preprocessing 3 in ${folder} but they are for preprocessing 7: train or install matching ones.`,
  )
})

test('other statistics', async () => {
  const folder = await modelFolder((card) => Object.assign(card.statistics, { names: ['sharpness', 'noise'] }))
  expect(refused(folder)).toBe(
    `Expected weights for the statistics ${STATISTICS.join(', ')} in ${folder} but they are for sharpness, noise: train or install matching ones.`,
  )
})

test('a card that is no JSON', async () => {
  const folder = await modelFolder()
  const file = join(folder, 'card.json')
  await writeFile(file, '{ "id": ')
  expect(refused(folder)).toMatch(/^Expected JSON for the model card at .+ but found something else \(.+\)\.$/)
  expect(refused(folder)).toContain(file)
})

test('a card that lacks something', async () => {
  const folder = await modelFolder((card) => Object.assign(card, { statistics: undefined, quality: undefined }))
  const file = join(folder, 'card.json')
  const parts = 'id, preprocessing, weights, statistics, quality, calibration'
  expect(refused(folder)).toBe(`Expected ${parts} in the model card at ${file} but found no statistics, quality.`)
  for (const nothing of ['null', '{}', '3']) {
    await writeFile(file, nothing)
    expect(refused(folder)).toBe(`Expected ${parts} in the model card at ${file} but found no ${parts}.`)
  }
})

test('weights that are no tensor file', async () => {
  const folder = await temporaryFolder()
  const file = join(folder, 'weights.bin')
  const bytes = Buffer.from('not a tensor file')
  await writeFile(file, bytes)
  await writeFile(join(folder, 'card.json'), JSON.stringify(cardOf(bytes)))
  expect(refused(folder)).toBe(`Expected a tensor file but its first bytes are something else (${file}).`)
})

test('a tensor that is missing, or of another size', async () => {
  const folder = await temporaryFolder()
  const file = join(folder, 'weights.bin')
  const { 'conv3/bias': _, ...some } = tensors
  await writeModel(folder, some)
  expect(refused(folder)).toBe(`Expected 64 numbers for "conv3/bias" in ${file} but found 0.`)
  await writeModel(folder, { ...tensors, 'quality/kernel': new Float32Array(5) })
  expect(refused(folder)).toBe(`Expected 512 numbers for "quality/kernel" in ${file} but found 5.`)
})

test('the weights’ checksum is that of the file', async () => {
  const folder = await modelFolder()
  const bytes = readFileSync(join(folder, 'weights.bin'))
  expect(Buffer.compare(bytes, packTensors(tensors))).toBe(0)
})
