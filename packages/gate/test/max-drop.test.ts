import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { DiqaOptions } from '../src/index.js'
import { folder } from './support/folder.js'
import { collectorOf, image } from './support/gate.js'

async function drop(source: string | number, output: string | number, options: DiqaOptions = {}) {
  const collector = collectorOf({ rules: [{ files: '**/*', maxDrop: { warn: 10, error: 30 } }], ...options })
  await collector.add({
    name: 'assets/a-1.jpg',
    source: { path: 'src/a.jpg', bytes: image(source) },
    bytes: image(output),
  })
  return { ...(await collector.finish()), seen: collector.seen }
}

test('a loss beyond the limit is an error, in words of its own', async () => {
  const { messages, report } = await drop(85, 51)
  expect(messages).toMatchObject(
    [
      {
        severity: 'error',
        path: 'src/a.jpg',
        text: 'src/a.jpg → assets/a-1.jpg: 51 (fair), 34 less than its source, more than the maxDrop of 30 (rule "**/*"). Your optimiser took this image from 85 (good) to 51 (fair): raise its quality setting.',
      },
    ].map((message) => ({ ...message, text: message.text.replace('85 (good)', '85 (excellent)') })),
  )
  expect(report.images[0]).toMatchObject({
    status: 'error',
    source: { score: 85, label: 'excellent' },
    rule: { files: '**/*', warn: 50, error: 20, maxDrop: { warn: 10, error: 30 } },
  })
})

test('a smaller one a warning, none at all nothing', async () => {
  expect((await drop(70, 55)).messages).toMatchObject([{ severity: 'warn' }])
  expect((await drop(70, 60)).messages).toEqual([])
  expect((await drop(70, 90)).messages).toEqual([])
  // 0.3 - 0.1 in binary is not 0.2.
  expect((await drop(70.3, 60.3)).messages).toEqual([])
})

test('it works together with warn and error: the worse counts, both are told', async () => {
  const { messages } = await drop(45, 30)
  expect(messages).toMatchObject([
    {
      severity: 'warn',
      text: 'src/a.jpg → assets/a-1.jpg: 30 (poor), below the limit of 50 (rule "**/*") and 15 less than its source, more than the maxDrop of 10 (rule "**/*"). Your optimiser took this image from 45 (fair) to 30 (poor): raise its quality setting.',
    },
  ])
  expect((await drop(25, 12)).messages).toMatchObject([{ severity: 'error' }])
  expect((await drop(75, 35)).messages).toMatchObject([{ severity: 'error' }])
})

test('level warn holds here too', async () => {
  const rules = [{ files: '**/*', maxDrop: 30, level: 'warn' as const }]
  expect((await drop(90, 50, { rules })).messages).toMatchObject([{ severity: 'warn' }])
})

test('equal bytes are scored once and never a loss', async () => {
  const { messages, seen } = await drop(57, 57, { rules: [{ files: '**/*', maxDrop: 0 }] })
  expect(messages).toEqual([])
  expect(seen).toEqual(['57'])
})

test('a source that cannot be judged is not compared', async () => {
  for (const source of ['vector', 'broken', 'fault']) {
    const { messages, report } = await drop(source, 50)
    expect(messages).toEqual([])
    expect(report.images[0]).not.toHaveProperty('source')
  }
})

test('without the rule the source is not even read', async () => {
  const { seen } = await drop(81, 47, { rules: [] })
  expect(seen).toEqual(['47'])
})

test('a source is read from its file, relative to the root or not; one that is missing is not compared', async () => {
  const root = await folder({ 'src/a.jpg': '91' })
  const collector = collectorOf({ rules: [{ files: '**/*', maxDrop: 30 }] }, { root })
  await collector.add({ name: 'a.jpg', source: { path: 'src/a.jpg' }, bytes: image('57 a') })
  await collector.add({ name: 'b.jpg', source: { path: join(root, 'src/a.jpg') }, bytes: image('57 b') })
  await collector.add({ name: 'c.jpg', source: { path: 'src/gone.jpg' }, bytes: image('57 c') })
  const { verdicts } = await collector.finish()
  expect(verdicts.map(({ path, status }) => [path, status])).toEqual([
    ['src/a.jpg', 'error'],
    ['src/a.jpg', 'error'],
    ['src/gone.jpg', 'pass'],
  ])
})
