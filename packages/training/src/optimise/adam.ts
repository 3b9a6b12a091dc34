import { Optimiser, type StepWeights } from './optimiser.js'

/** Adam (Kingma and Ba, ICLR 2015); with `weightDecay` it is AdamW. */
export class Adam extends Optimiser {
  protected override stepWeights(step: number): StepWeights {
    return { mean: 1 / (1 - this.beta1 ** step), gradient: 0 }
  }
}
