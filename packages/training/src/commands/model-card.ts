import type { Card } from '@diqa/core/model'
import { cardFigures, type Measured } from './card-figures.js'
import { figure } from './figure.js'
import type { RunConfig } from './training-flags.js'

/** What the stages and the measuring commands leave in a card. */
interface Training extends StageRun {
  measured: Measured
}

type StageRun = NonNullable<RunConfig['from']>

/** The stages' commands, in their order. */
const STAGES = ['pretrain', 'finetune', 'head']

/** `MODEL_CARD.md`: what the numbers of `card.json` say, for people. */
export function modelCard({ id, weights, int8, statistics, calibration, training }: Card): string {
  const { measured, ...last } = training as unknown as Training
  const runs = inOrder(last)
  return `# ${id}

Scores any image from 0 to 100 without a reference, higher is better: bad < 20 <= poor < 40 <= fair < 60 <= good < 80 <=
excellent (ITU-R BT.500). The network is DIQA (Kim, Nguyen, Lee, IEEE TNNLS 2019), with ${statistics.names.length} statistics of the whole image in
its handcrafted branch. Weights: MIT, like the code that made them. Written by \`diqa-train export\`; the same numbers are in \`card.json\`.

- Weights: SHA-256 \`${weights.sha256}\`
${runs.map(line).join('\n')}
- Calibration: ${calibration.x.length} knots, ${calibration.x.map((x, i) => `${x.toFixed(1)} -> ${calibration.y[i]!.toFixed(1)}`).join(', ')}
${int8 ? `- Int8 weights: SHA-256 \`${int8.sha256}\`, ranges of activations from ${int8.data.map(({ name, sha256, images }) => `${images} images of ${name} (\`${sha256.slice(0, 12)}\`)`).join(', ')}\n` : ''}
| stage | training data | of a batch | SHA-256 of what was prepared |
|---|---|---|---|
${runs.flatMap(rows).join('\n')}

${cardFigures(measured)}`
}

/** A run after those that it began with. */
function inOrder(run: StageRun): StageRun[] {
  return [...(run.from ? inOrder(run.from) : []), run]
}

const stageOf = ({ command }: StageRun) => STAGES.indexOf(command) + 1

function line(run: StageRun): string {
  const { step, seconds, flags, figures } = run
  const typed = Object.entries(flags).flatMap(([flag, value]) =>
    [value ?? []].flat().map((each) => `--${flag} ${each}`),
  )
  if (run.with) return `- Averaged with the weights of SHA-256 \`${run.with}\`: \`${typed.join(' ')}\``
  return `- Stage ${stageOf(run)}, the best weights after ${step} steps and ${Math.round(seconds / 60)} minutes: \`${typed.join(' ')}\`
  (val: ${Object.entries(figures)
    .map(([name, value]) => `${name} ${figure(value, 3)}`)
    .join(', ')})`
}

function rows(run: StageRun): string[] {
  return run.data.map(({ name, sha256, patches }) => `| ${stageOf(run)} | ${name} | ${patches} | \`${sha256}\` |`)
}
