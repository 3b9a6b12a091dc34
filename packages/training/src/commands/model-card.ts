import type { Card } from '@diqa/core/model'
import type { EvaluatedSet } from './evaluate.js'

/** What `finetune` and `evaluate` leave in a card. */
interface Training {
  step: number
  seconds: number
  data?: { name: string; sha256: string; patches: number }[]
  flags?: Record<string, unknown>
  figures: EvaluatedSet[]
}

/** `MODEL_CARD.md`: what the numbers of `card.json` say, for people. */
export function modelCard({ id, weights, statistics, calibration, training }: Card): string {
  const { step, seconds, data = [], flags = {}, figures } = training as unknown as Training
  const used = data.map(({ name, sha256, patches }) => `| ${name} | ${patches} | \`${sha256}\` |`)
  const given = Object.entries(flags).map(([flag, value]) => `--${flag} ${Array.isArray(value) ? value.join(' ') : value}`)
  return `# ${id}

Scores any image from 0 to 100 without a reference, higher is better: bad < 20 <= poor < 40 <= fair < 60 <= good < 80 <=
excellent (ITU-R BT.500). The network is DIQA (Kim, Nguyen, Lee, IEEE TNNLS 2019), with ${statistics.names.length} statistics of the whole image in
its handcrafted branch. Weights: MIT, like the code that made them. Written by \`diqa-train export\`; the same numbers are in \`card.json\`.

- Weights: SHA-256 \`${weights.sha256}\`
- Trained for ${step} steps, ${Math.round(seconds / 60)} minutes, with: \`${given.join(' ')}\`
- Calibration: ${calibration.x.length} knots, ${calibration.x.map((x, i) => `${x.toFixed(1)} -> ${calibration.y[i]!.toFixed(1)}`).join(', ')}

| training data | patches of a batch | SHA-256 of what was prepared |
|---|---|---|
${used.join('\n')}

## Figures

SRCC and KRCC rank; PLCC and RMSE after a five-parameter logistic. In brackets, 95 % bootstrap intervals. "Ridge" is a
ridge regression on the statistics alone, fitted on the same training images: what the network must beat.

| data | split | pixels an image | images | SRCC | PLCC | KRCC | RMSE | ridge SRCC |
|---|---|---|---|---|---|---|---|---|
${figures.map(row).join('\n')}
${figures.map(byDistortion).join('')}`
}

function row({ data, split, maxPixels, network: { overall }, ridge }: EvaluatedSet): string {
  const { low, high } = overall.intervals.srcc
  const cells = [
    data,
    split,
    maxPixels,
    overall.images,
    `${overall.srcc.toFixed(3)} (${low.toFixed(3)} to ${high.toFixed(3)})`,
    overall.plcc.toFixed(3),
    overall.krcc.toFixed(3),
    overall.rmse.toFixed(1),
    ridge ? ridge.overall.srcc.toFixed(3) : '',
  ]
  return `| ${cells.join(' | ')} |`
}

function byDistortion({ data, split, network: { distortions } }: EvaluatedSet): string {
  if (distortions.length === 0) return ''
  const rows = distortions.map(
    ({ name, images, srcc, plcc, rmse }) => `| ${name} | ${images} | ${srcc.toFixed(3)} | ${plcc.toFixed(3)} | ${rmse.toFixed(1)} |`,
  )
  return `\n### ${data}, ${split}, by distortion\n\n| distortion | images | SRCC | PLCC | RMSE |\n|---|---|---|---|---|\n${rows.join('\n')}\n`
}
