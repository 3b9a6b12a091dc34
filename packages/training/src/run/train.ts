import { setImmediate as turn } from 'node:timers/promises'
import type { Scalar } from '@tensorflow/tfjs-core'
import { type CurveRow, drawCurves } from '../curves.js'
import { mean } from '../measure/pairs.js'
import type { Network, Standard } from '../network/network.js'
import { type Optimiser, WeightAverage, warmupCosine } from '../optimise/index.js'
import type { RunFolder } from './run-folder.js'

/** One of the two stages, as the loop sees it. */
export interface Stage<Batch> {
  /** What a step is trained on: only the seed and the step decide. */
  batch(step: number): Promise<Batch>
  loss(batch: Batch): Scalar
  /** Figures on the val split with the averaged weights. `score` picks the best checkpoint: higher is better. */
  validate(): Promise<{ score: number } & Record<string, number>>
}

export interface TrainOptions {
  steps: number
  learningRate: number
  warmup: number
  /** Steps between looks at the val split. */
  validateEvery: number
  checkpointMinutes: number
  /** Decay of the weights' running average. */
  averageDecay: number
  resume: boolean
  print: (line: string) => void
  /** Aborted when the run is to stop: it then saves a checkpoint. */
  signal: AbortSignal
}

/** Trains until the steps are done or the signal says stop. @returns whether all steps were done */
export async function train<Batch>(
  network: Network,
  optimiser: Optimiser,
  stage: Stage<Batch>,
  run: RunFolder,
  options: TrainOptions,
): Promise<boolean> {
  const { steps, print, signal } = options
  const average = new WeightAverage(network.tf, network.variables, { decay: options.averageDecay })
  const rate = warmupCosine({ peak: options.learningRate, warmup: Math.min(options.warmup, steps - 1), total: steps })
  let step = 0
  let seconds = 0
  let best = Number.NEGATIVE_INFINITY
  // Since the last look at the val split.
  let losses: number[] = []
  if (options.resume) {
    const { tensors, facts } = run.load('checkpoint.bin')
    network.assign(only(tensors, 'weights'))
    optimiser.restore(only(tensors, 'optimiser'))
    average.restore(only(tensors, 'average'))
    ;({ step, seconds, losses = [] } = facts as { step: number; seconds: number; losses?: number[] })
    network.standard = facts.standard as Standard
    network.pooledStandard = facts.pooled as Standard
    // JSON has no infinity: null before the first look at the val split.
    best = (facts.best as number | null) ?? best
  }
  const history = run.history(step)
  run.rewriteLog(history)
  const started = performance.now() - seconds * 1000
  const elapsed = () => (performance.now() - started) / 1000

  const standards = () => ({ standard: network.standard, pooled: network.pooledStandard })
  const save = async () => {
    const tensors = {
      ...named('weights', await network.weights()),
      ...named('optimiser', await optimiser.state()),
      ...named('average', await average.state()),
    }
    run.save('checkpoint.bin', tensors, { step, seconds: elapsed(), best, losses, ...standards() })
  }
  const validate = async () => {
    const { score, ...figures } = await average.use(() => stage.validate())
    if (score > best) {
      best = score
      run.forgetFigures()
      run.save('best.bin', await average.values(), { step, seconds: elapsed(), ...figures, ...standards() })
    }
    return figures
  }

  let saved = performance.now()
  const first = step
  const begun = performance.now()
  // Under way while TensorFlow has the processors, as far as it lets anything. What fails shows when it is awaited.
  const draw = (at: number): Promise<Batch> | undefined => {
    const batch = at < steps ? stage.batch(at) : undefined
    batch?.catch(() => {})
    return batch
  }
  let next = draw(step)
  while (next && !signal.aborted) {
    const batch = await next
    next = draw(step + 1)
    optimiser.learningRate = rate(step)
    losses.push(await optimiser.minimise(() => stage.loss(batch)))
    average.update()
    step++
    if (step % options.validateEvery === 0 || step === steps) {
      const row: CurveRow = { step, seconds: Math.round(elapsed()), loss: mean(losses), rate: optimiser.learningRate }
      losses = []
      Object.assign(row, await validate())
      history.push(row)
      run.log(row)
      await drawCurves(history, run.file('curves.svg'))
      const left = ((performance.now() - begun) / (step - first)) * (steps - step)
      print(`${describe(row)}  ETA ${duration(left / 1000)}`)
    }
    if (performance.now() - saved > options.checkpointMinutes * 60_000) {
      await save()
      saved = performance.now()
    }
    // Lets signals in.
    await turn()
  }
  await save()
  average.dispose()
  return step >= steps
}

/** A row as a line: `step 400  2:31  loss 0.61  …`. */
function describe({ step, seconds, ...figures }: CurveRow): string {
  const parts = Object.entries(figures).map(([name, value]) => `${name} ${Number(value).toPrecision(4)}`)
  return [`step ${step}`, duration(seconds), ...parts].join('  ')
}

function duration(seconds: number): string {
  const whole = Math.round(seconds)
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60]
  const tail = `${String(minutes).padStart(hours > 0 ? 2 : 1, '0')}:${String(rest).padStart(2, '0')}`
  return hours > 0 ? `${hours}:${tail}` : tail
}

function named(prefix: string, tensors: Record<string, Float32Array>): Record<string, Float32Array> {
  return Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [`${prefix}:${name}`, tensor]))
}

function only(tensors: Record<string, Float32Array>, prefix: string): Record<string, Float32Array> {
  const wanted = Object.entries(tensors).filter(([name]) => name.startsWith(`${prefix}:`))
  return Object.fromEntries(wanted.map(([name, tensor]) => [name.slice(prefix.length + 1), tensor]))
}
