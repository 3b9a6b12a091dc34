/** Ends of an interval, as JSON keeps them: null where they are not defined. */
interface Ends {
  low: number | null
  high: number | null
}

/** A figure for people; a dash where it is not defined, which JSON keeps as null. */
export function figure(value: number | null, digits: number): string {
  return value === null || Number.isNaN(value) ? '-' : value.toFixed(digits)
}

/** `0.730 (0.704 to 0.753)`. */
export function within(value: number | null, { low, high }: Ends, digits = 3): string {
  return `${figure(value, digits)} (${figure(low, digits)} to ${figure(high, digits)})`
}

/** A share in per cent. */
export function percent(share: number | null): string {
  return share === null || Number.isNaN(share) ? '-' : `${figure(100 * share, 1)} %`
}

/** `2.3 % (0.0 to 7.0)`. */
export function percentWithin(share: number | null, { low, high }: Ends): string {
  const end = (value: number | null) => figure(value === null ? null : 100 * value, 1)
  return `${percent(share)} (${end(low)} to ${end(high)})`
}
