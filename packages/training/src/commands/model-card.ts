import type { Card } from '@diqa/core/model'
import type { Flags } from './command.js'
import type { EvaluatedSet } from './evaluate.js'
import { figure } from './figure.js'
import type { UsedData } from './training-flags.js'

/** What the stages and `evaluate` leave in a card. */
interface Training extends StageRun {
  step: number
  seconds: number
  stage1?: StageRun
  figures: EvaluatedSet[]
}

interface StageRun {
  flags: Flags
  data: UsedData[]
}

/** `MODEL_CARD.md`: what the numbers of `card.json` say, for people. */
export function modelCard({ id, weights, int8, statistics, calibration, training }: Card): string {
  const { step, seconds, stage1, figures, ...stage2 } = training as unknown as Training
  const used = [...(stage1 ? rows('1', stage1) : []), ...rows('2', stage2)]
  return `# ${id}

Scores any image from 0 to 100 without a reference, higher is better: bad < 20 <= poor < 40 <= fair < 60 <= good < 80 <=
excellent (ITU-R BT.500). The network is DIQA (Kim, Nguyen, Lee, IEEE TNNLS 2019), with ${statistics.names.length} statistics of the whole image in
its handcrafted branch. Weights: MIT, like the code that made them. Written by \`diqa-train export\`; the same numbers are in \`card.json\`.

- Weights: SHA-256 \`${weights.sha256}\`
${stage1 ? `- Stage 1: \`${typed(stage1)}\`\n` : ''}- Stage 2, the best weights after ${step} steps and ${Math.round(seconds / 60)} minutes: \`${typed(stage2)}\`
- Calibration: ${calibration.x.length} knots, ${calibration.x.map((x, i) => `${x.toFixed(1)} -> ${calibration.y[i]!.toFixed(1)}`).join(', ')}
${int8 ? `- Int8 weights: SHA-256 \`${int8.sha256}\`, ranges of activations from ${int8.data.map(({ name, sha256, images }) => `${images} images of ${name} (\`${sha256.slice(0, 12)}\`)`).join(', ')}\n` : ''}
| stage | training data | patches of a batch | SHA-256 of what was prepared |
|---|---|---|---|
${used.join('\n')}

## Figures

SRCC and KRCC rank; PLCC and RMSE after a five-parameter logistic. In brackets, 95 % bootstrap intervals. "Ridge" is a
ridge regression on the statistics alone, fitted on the same training images: what the network must beat.

| data | split | pixels an image | images | SRCC | PLCC | KRCC | RMSE | ridge SRCC |
|---|---|---|---|---|---|---|---|---|
${figures.map(row).join('\n')}
${figures.map(byDistortion).join('')}`
}

function rows(stage: string, { data }: StageRun): string[] {
  return data.map(({ name, sha256, patches }) => `| ${stage} | ${name} | ${patches} | \`${sha256}\` |`)
}

function typed({ flags }: StageRun): string {
  return Object.entries(flags)
    .flatMap(([flag, value]) => [value ?? []].flat().map((each) => `--${flag} ${each}`))
    .join(' ')
}

function row({ data, split, maxPixels, network: { overall }, ridge }: EvaluatedSet): string {
  const { low, high } = overall.intervals.srcc
  const cells = [
    data,
    split,
    maxPixels,
    overall.images,
    `${figure(overall.srcc, 3)} (${figure(low, 3)} to ${figure(high, 3)})`,
    figure(overall.plcc, 3),
    figure(overall.krcc, 3),
    figure(overall.rmse, 1),
    ridge ? figure(ridge.overall.srcc, 3) : '',
  ]
  return `| ${cells.join(' | ')} |`
}

function byDistortion({ data, split, network: { distortions } }: EvaluatedSet): string {
  if (distortions.length === 0) return ''
  const lines = distortions.map(
    ({ name, images, srcc, plcc, rmse }) =>
      `| ${name} | ${images} | ${figure(srcc, 3)} | ${figure(plcc, 3)} | ${figure(rmse, 1)} |`,
  )
  return `\n### ${data}, ${split}, by distortion\n\n| distortion | images | SRCC | PLCC | RMSE |\n|---|---|---|---|---|\n${lines.join('\n')}\n`
}
