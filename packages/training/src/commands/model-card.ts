import type { Card } from '@diqa/core/model'
import { cardFigures, type Measured } from './card-figures.js'
import type { Flags } from './command.js'
import type { UsedData } from './training-flags.js'

/** What the stages and the measuring commands leave in a card. */
interface Training extends StageRun {
  step: number
  seconds: number
  stage1?: StageRun
  measured: Measured
}

interface StageRun {
  flags: Flags
  data: UsedData[]
}

/** `MODEL_CARD.md`: what the numbers of `card.json` say, for people. */
export function modelCard({ id, weights, int8, statistics, calibration, training }: Card): string {
  const { step, seconds, stage1, measured, ...stage2 } = training as unknown as Training
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

${cardFigures(measured)}`
}

function rows(stage: string, { data }: StageRun): string[] {
  return data.map(({ name, sha256, patches }) => `| ${stage} | ${name} | ${patches} | \`${sha256}\` |`)
}

function typed({ flags }: StageRun): string {
  return Object.entries(flags)
    .flatMap(([flag, value]) => [value ?? []].flat().map((each) => `--${flag} ${each}`))
    .join(' ')
}
