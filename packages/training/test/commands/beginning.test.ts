import { copyFile, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { beginning } from '../../src/commands/beginning.js'
import { temporary } from '../tiny.js'

const shipped = fileURLToPath(new URL('../../../core/models/diqa-1', import.meta.url))

test('a model folder tells of every run before it, and nothing of what was measured', () => {
  const { config, weights } = beginning(shipped)
  const before = { command: 'average', from: { command: 'head', from: { command: 'finetune' } } }
  expect(config).toMatchObject({ command: 'average', from: { command: 'finetune', from: before } })
  expect(config).not.toHaveProperty('measured')
  expect(weights['conv1/kernel']).toHaveLength(3 * 3 * 48)
  // Heads begin anew, and so do the standards of what they read.
  expect(Object.keys(weights).filter((name) => !/^(conv[1-8]|error)\/(kernel|bias)$/.test(name))).toEqual([])
  expect(Object.keys(weights)).toHaveLength(18)
})

test('a model for other statistics has f and g all the same', async () => {
  const folder = await temporary()
  const card = JSON.parse(await readFile(join(shipped, 'card.json'), 'utf8'))
  card.preprocessing = 0
  card.statistics.names = ['reliability']
  await copyFile(join(shipped, 'weights.bin'), join(folder, 'weights.bin'))
  await writeFile(join(folder, 'card.json'), JSON.stringify(card))
  expect(beginning(folder).weights['conv8/kernel']).toHaveLength(3 * 3 * 128 * 128)
})

test('a model whose card has no training', async () => {
  const folder = await temporary()
  const { training: _, ...card } = JSON.parse(await readFile(join(shipped, 'card.json'), 'utf8'))
  for (const file of ['weights.bin', 'int8.bin']) await copyFile(join(shipped, file), join(folder, file))
  await writeFile(join(folder, 'card.json'), JSON.stringify(card))
  expect(() => beginning(folder)).toThrow(`Expected the training in the model card at ${folder} but there is none.`)
})
