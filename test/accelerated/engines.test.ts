import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { manifest, pathOf, readJson } from '../support/fixtures.js'
import { core, dist, inProject } from './support/child.js'
import { need, projectWith, softwareGpu } from './support/project.js'

/** Engines that calculate in float32 differ by no more from each other. */
const TOLERANCE = 0.5

/** And from the golden scores, which are those of `wasm` and its whole numbers, by no more, or on average. */
const FROM_GOLDEN = { most: 1.5, mean: 0.3 }

const golden = readJson<{ scores: Record<string, number> }>('fixtures/golden.json').scores
const scored = manifest.filter(({ expect }) => expect.status === 'scored')

const small = ['tiny/64x64.png', 'icon/icon-64.png']
const smallPaths = JSON.stringify(small.map((file) => pathOf({ file })))

/** Files whose scores are further apart than they may be. */
function differing(scores: Record<string, number | string>, wanted = golden, tolerance = FROM_GOLDEN.most): string[] {
  return Object.entries(scores)
    .filter(([file, score]) => !(Math.abs(Number(score) - wanted[file]!) <= tolerance))
    .map(([file, score]) => `${file}: ${score}, not ${wanted[file]}`)
}

/** Of scores from the golden ones. */
function meanDifference(scores: Record<string, number>): number {
  const apart = Object.entries(scores).map(([file, score]) => Math.abs(score - golden[file]!))
  return apart.reduce((sum, value) => sum + value) / apart.length
}

/** What the first engine gave, for the second to be compared with. */
let floats: Record<string, number> | undefined

describe.each([
  { engine: 'onnx', packages: ['onnxruntime-node'] },
  { engine: 'tensorflow', packages: ['@tensorflow/tfjs-node'] },
])('$engine on the processor', ({ engine, packages }) => {
  const options = JSON.stringify({ engine, device: 'cpu' })

  test('gives the golden scores', async (context) => {
    for (const name of packages) need(context, name)
    const { code, reports, stderr } = await inProject<Record<string, number | string>>(
      await projectWith(...packages),
      `import { createScorer } from ${core}
      const scorer = await createScorer(${options})
      for await (const result of scorer.scoreMany(${JSON.stringify(scored.map(pathOf))})) report(result.score ?? result.message)
      report(scorer.engine)
      await scorer.dispose()`,
    )
    expect(code, stderr).toBe(0)
    expect(reports.pop()).toMatchObject({ name: engine, device: 'cpu' })
    const scores: Record<string, number> = Object.fromEntries(scored.map(({ file }, i) => [file, reports[i] as never]))
    expect(differing(scores)).toEqual([])
    expect(meanDifference(scores)).toBeLessThanOrEqual(FROM_GOLDEN.mean)
    floats ??= scores
    expect(differing(scores, floats, TOLERANCE)).toEqual([])
  }, 300_000)

  test('serves several scorers and images at a time, and ends', async (context) => {
    for (const name of packages) need(context, name)
    const { code, reports, stderr } = await inProject<never>(
      await projectWith(...packages),
      `import { createScorer } from ${core}
      const scorers = await Promise.all([createScorer(${options}), createScorer(${options}), createScorer({ engine: 'wasm' })])
      const images = ${smallPaths}
      const scores = () => Promise.all(scorers.map((scorer) => Promise.all(images.map(async (image) => (await scorer.score(image)).score))))
      report(await scores())
      const maps = await Promise.all(scorers.map((scorer) => scorer.explain(images[0], { as: 'float32' })))
      report(maps.map(({ map }) => Array.from(map)))
      await Promise.all([scorers[0].dispose(), scorers[0].dispose()])
      report(await scorers[0].score(images[0]).catch((error) => error.message))
      scorers.shift()
      report(await scores())
      await Promise.all(scorers.map((scorer) => scorer.dispose()))`,
    )
    expect(code, stderr).toBe(0)
    const [first, maps, late, second] = reports as unknown as [number[][], number[][], string, number[][]]
    for (const scores of [...first, ...second]) expect(differing(asRecord(scores))).toEqual([])
    expect(late).toBe('Expected an open scorer but it was disposed.')
    const [one, two, wasm] = maps as [number[], number[], number[]]
    expect(two).toEqual(one)
    expect(Math.max(...one.map((value, i) => Math.abs(value - wasm[i]!)))).toBeLessThan(0.05)
  })
})

const asRecord = (scores: number[]) => Object.fromEntries(scores.map((score, i) => [small[i]!, score]))

describe.each([
  { engine: 'webgpu', device: 'gpu', packages: ['webgpu', '@tensorflow/tfjs-backend-webgpu', '@tensorflow/tfjs-core'] },
  { engine: 'onnx', device: 'webgpu', packages: ['onnxruntime-node'] },
])('$engine on a GPU in software', ({ engine, device, packages }) => {
  test('gives the golden scores, to several scorers, and ends', async (context) => {
    const { code, signal, reports, stderr } = await inProject<never>(
      await projectWith(...packages),
      `import { createScorer } from ${core}
      const options = { engine: '${engine}', device: 'gpu' }
      const [image] = ${smallPaths}
      const scorers = await Promise.all([createScorer(options), createScorer(options)])
      report(scorers[0].engine)
      report(await Promise.all(scorers.map(async (scorer) => (await scorer.score(image)).score)))
      await scorers[0].dispose()
      report((await scorers[1].score(image)).score)
      await scorers[1].dispose()
      const again = await createScorer(options)
      const { map, status } = await again.explain(image, { as: 'float32' })
      report(map?.length ?? status)
      await again.dispose()`,
      softwareGpu(context),
    )
    expect({ code, signal }, stderr).toEqual({ code: 0, signal: null })
    const [used, both, later, cells] = reports as unknown as [object, [number, number], number, number]
    expect(used).toMatchObject({ name: engine, device })
    for (const score of [...both, later]) expect(differing({ [small[0]!]: score })).toEqual([])
    expect(cells).toBe(256)
  }, 240_000)
})

test.each([
  { engine: 'onnx', device: 'webgpu', packages: ['onnxruntime-node'] },
  { engine: 'webgpu', device: 'gpu', packages: ['webgpu', '@tensorflow/tfjs-backend-webgpu', '@tensorflow/tfjs-core'] },
])(
  '$engine on a GPU in software has two batches under way and mixes nothing up',
  async ({ engine, device, packages }, context) => {
    const { code, signal, reports, stderr } = await inProject<never>(
      await projectWith(...packages),
      `import { candidates } from ${dist('engine/candidates.js')}
      import { loadModel } from ${dist('model/index.js')}
      const model = loadModel(${JSON.stringify(fileURLToPath(new URL('../../packages/core/models/diqa-1', import.meta.url)))})
      const candidate = candidates().find(({ name, device }) => name === '${engine}' && device === '${device}')
      const network = await candidate.open(model, 1)
      // The second needs more memory than the first had, and the third has room to spare.
      const batches = [[1, 16], [2, 24], [1, 16]].map(([count, side], batch) => {
        const data = Float32Array.from({ length: count * side * side }, (_, i) => Math.round(20 * Math.sin(i + batch * i)) / 16)
        return { data, count, height: side, width: side }
      })
      const plain = ({ pooled, errorMaps }) => [pooled, errorMaps].map((numbers) => Array.from(numbers))
      const together = await Promise.all(batches.map((batch) => network.run(batch, true)))
      const alone = []
      for (const batch of batches) alone.push(await network.run(batch, true))
      report([together.map(plain), alone.map(plain)])
      await network.dispose()`,
      softwareGpu(context),
    )
    expect({ code, signal }, stderr).toEqual({ code: 0, signal: null })
    const [[together, alone]] = reports as unknown as [[number[][][], number[][][]]]
    expect(together).toEqual(alone)
    expect(new Set(together.map(([pooled]) => String(pooled))).size).toBe(3)
    expect(together.map(([pooled, errorMaps]) => [pooled!.length, errorMaps!.length])).toEqual([
      [128, 16],
      [256, 72],
      [128, 16],
    ])
  },
  240_000,
)

describe.each([
  { engine: 'onnx', packages: ['onnxruntime-node'] },
  { engine: 'webgpu', packages: ['webgpu', '@tensorflow/tfjs-backend-webgpu', '@tensorflow/tfjs-core'] },
])('$engine on a real GPU', ({ engine, packages }) => {
  test('gives the golden scores, and ends', async (context) => {
    const { code, signal, reports, stderr } = await inProject<never>(
      await projectWith(...packages),
      `import { createScorer, examineEngines } from ${core}
      const ways = (await examineEngines()).filter(({ name, device }) => name === '${engine}' && device !== 'cpu')
      report(ways)
      if (ways.some(({ works, software }) => works && !software)) {
        const scorer = await createScorer({ engine: '${engine}', device: 'gpu' })
        report(scorer.engine)
        for await (const result of scorer.scoreMany(${JSON.stringify(scored.map(pathOf))})) report(result.score ?? result.message)
        await scorer.dispose()
      }`,
    )
    expect({ code, signal }, stderr).toEqual({ code: 0, signal: null })
    const [ways, used, ...scores] = reports as unknown as [{ device: string; reason?: string }[], object, ...number[]]
    if (!used)
      context.skip(`There is no real GPU: ${ways.map(({ device, reason }) => `${device}: ${reason}`).join(' ')}`)
    expect(used).toMatchObject({ name: engine })
    const given = Object.fromEntries(scored.map(({ file }, i) => [file, scores[i]!]))
    expect(differing(given)).toEqual([])
    expect(meanDifference(given)).toBeLessThanOrEqual(FROM_GOLDEN.mean)
  }, 300_000)
})
