/** The five words of ITU-R BT.500's absolute category rating, worst first. */
export const LABELS = ['bad', 'poor', 'fair', 'good', 'excellent'] as const

/** One of {@link LABELS}. */
export type Label = (typeof LABELS)[number]

/** The word for a score of 0 to 100: equal fifths, `bad` below 20, `excellent` from 80. */
export function label(score: number): Label {
  return LABELS[Math.min(4, Math.max(0, Math.floor(score / 20)))]!
}
