import type { Fault } from '@diqa/core'
import { expect, test } from 'vitest'
import { collectorOf, gate, image } from './support/gate.js'

const statuses = ({ verdicts }: Awaited<ReturnType<typeof gate>>) =>
  Object.fromEntries(verdicts.map(({ path, status }) => [path, status]))

test('below error, below warn, at the limit', async () => {
  const result = await gate({ 'a.jpg': 19.9, 'b.jpg': 20, 'c.jpg': 49.9, 'd.jpg': 50 })
  expect(statuses(result)).toEqual({ 'a.jpg': 'error', 'b.jpg': 'warn', 'c.jpg': 'warn', 'd.jpg': 'pass' })
  expect(result.verdicts[0]).toMatchObject({
    severity: 'error',
    score: 19.9,
    label: 'bad',
    limit: 20,
    files: '**/*',
    advice: 'Export it again from the original at a higher quality.',
  })
  expect(result.verdicts[3]).toMatchObject({ severity: 'off', score: 50, label: 'fair', files: '**/*' })
  expect(result.verdicts[3]).not.toHaveProperty('limit')
  expect(result.verdicts[3]).not.toHaveProperty('advice')
  expect(result.failed).toBe(true)
  expect(result.errors).toHaveLength(1)
  expect(result.warnings).toHaveLength(2)
})

test('level warn: the limits never fail the build', async () => {
  const result = await gate({ 'a.jpg': 5 }, { rules: [{ files: '**/*', level: 'warn' }] })
  expect(statuses(result)).toEqual({ 'a.jpg': 'warn' })
  expect(result.verdicts[0]).toMatchObject({ limit: 20 })
  expect(result.failed).toBe(false)
})

test('level warn is for limits: what does not decode comes to what the options say', async () => {
  const rules = [{ files: '**/*', level: 'warn' as const }]
  expect((await gate({ 'a.jpg': 'broken' }, { rules })).failed).toBe(true)
  expect((await gate({ 'a.jpg': 'broken' }, { rules, onUndecodable: 'warn' })).failed).toBe(false)
})

test('level off: not scored, but reported', async () => {
  const collector = collectorOf({ rules: [{ files: '**/icons/**', level: 'off' }] })
  await collector.add({ name: 'icons/a.png', bytes: image(1) })
  const { report, messages } = await collector.finish()
  expect(collector.counts.made).toBe(0)
  expect(messages).toEqual([])
  expect(report.images).toEqual([
    {
      path: 'icons/a.png',
      output: 'icons/a.png',
      status: 'skip',
      reason: 'level-off',
      message: 'The rule for "**/icons/**" says level "off".',
    },
  ])
})

test('exempt: not scored, reported with the reason, even where a rule is off', async () => {
  const collector = collectorOf({
    exempt: [{ files: ['legacy/**', 'old.gif'], reason: 'archive scans' }],
    rules: [{ files: 'legacy/**', level: 'off' }],
  })
  await collector.add({ name: 'legacy/a.gif', bytes: image(1) })
  const { report, counts, failed } = await collector.finish()
  expect(collector.counts.made).toBe(0)
  expect(report.images).toEqual([
    { path: 'legacy/a.gif', output: 'legacy/a.gif', status: 'exempt', reason: 'archive scans' },
  ])
  expect(counts).toMatchObject({ images: 1, exempt: 1, scored: 0 })
  expect(failed).toBe(false)
})

test('undecodable comes to what the options say', async () => {
  for (const onUndecodable of ['off', 'warn', 'error'] as const) {
    const { messages, failed, counts } = await gate({ 'a.jpg': 'broken' }, { onUndecodable })
    expect(messages.map(({ severity }) => severity)).toEqual(onUndecodable === 'off' ? [] : [onUndecodable])
    expect(failed).toBe(onUndecodable === 'error')
    expect(counts.undecodable).toBe(1)
  }
})

test('a failure of the engine is always an error: it says nothing of the image', async () => {
  const { messages } = await gate({ 'a.jpg': 'fault' }, { onUndecodable: 'off' })
  expect(messages).toMatchObject([{ severity: 'error', text: 'a.jpg: The worker died.' }])
})

test('no image comes to what the options say', async () => {
  for (const onNoImages of ['off', 'warn', 'error'] as const) {
    const { messages, failed } = await gate({}, { onNoImages })
    expect(messages.map(({ severity }) => severity)).toEqual(onNoImages === 'off' ? [] : [onNoImages])
    expect(failed).toBe(onNoImages === 'error')
  }
})

test('what to do depends on the format', async () => {
  const { advice } = await import('../src/verdict/advice.js')
  const say = (format?: string) => advice({ score: 10, label: 'bad', format })
  expect(say('webp')).toBe('Export it again from the original at a higher quality.')
  expect(say()).toBe('Export it again from the original at a higher quality.')
  expect(say('gif')).toBe('Export it again from the original as WebP or AVIF: GIF has 256 colours.')
  expect(say('png')).toBe(
    'Go back to the original: PNG itself loses nothing, so the damage was done before, or by reducing the colours.',
  )
  expect(say('tiff')).toBe('Go back to the original: TIFF itself loses nothing, so the damage was done before.')
})

test('what to do depends on what is wrong', async () => {
  const { advice } = await import('../src/verdict/advice.js')
  const say = (fault: Fault, format?: string) => advice({ score: 10, label: 'bad', fault, format })
  expect(say('compression', 'jpeg')).toBe('Compression artefacts: export it again from the original, above quality 60.')
  expect(say('compression', 'avif')).toBe('Compression artefacts: export it again from the original, above quality 50.')
  expect(say('compression', 'png')).toBe(
    'Compression artefacts: the damage was done before it became this file, so go back to the original.',
  )
  expect(say('blur', 'jpeg')).toBe('Blur: begin with a sharper original, at least as large as the image is shown.')
  expect(say('noise', 'jpeg')).toBe(
    'Noise: remove it from the original, or begin with a cleaner one, before it is compressed.',
  )
  expect(say('over-sharpening', 'jpeg')).toBe('Over-sharpened: sharpen the original less, and once only.')
  expect(say('banding', 'gif')).toBe(
    'Banding: export it again from the original as WebP or AVIF, since GIF has 256 colours.',
  )
  expect(say('banding', 'png')).toBe('Banding: export it again from the original with more colours.')
})

test('the fault goes into the report, and into the advice of a bad image', async () => {
  const result = await gate({ 'a.jpg': '10:blur' })
  expect(result.report.images[0]).toMatchObject({ fault: 'blur', advice: expect.stringMatching(/^Blur: /) })
})
