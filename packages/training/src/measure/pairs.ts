/** Predictions or opinions, one number an image. */
export type Numbers = ArrayLike<number>

/** @throws Error when the two do not belong together, are too few, or hold something that is no number */
export function checkPairs(predictions: Numbers, opinions: Numbers, least = 2): void {
  if (predictions.length !== opinions.length) {
    throw new Error(
      `Expected as many predictions as opinions, received ${predictions.length} predictions for ${opinions.length}.`,
    )
  }
  if (predictions.length < least) {
    throw new Error(`Expected at least ${least} images to measure, received ${predictions.length}.`)
  }
  checkFinite(predictions, 'prediction')
  checkFinite(opinions, 'opinion')
}

function checkFinite(numbers: Numbers, what: string): void {
  for (let i = 0; i < numbers.length; i++) {
    if (!Number.isFinite(numbers[i])) {
      throw new Error(`Expected a finite number for ${what} ${i + 1}, received ${numbers[i]}.`)
    }
  }
}

export function mean(numbers: Numbers): number {
  let sum = 0
  for (let i = 0; i < numbers.length; i++) sum += numbers[i]!
  return sum / numbers.length
}

/** Standard deviation of all there is (divided by n). */
export function deviation(numbers: Numbers): number {
  const center = mean(numbers)
  let sum = 0
  for (let i = 0; i < numbers.length; i++) sum += (numbers[i]! - center) ** 2
  return Math.sqrt(sum / numbers.length)
}
