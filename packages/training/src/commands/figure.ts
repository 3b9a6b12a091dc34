/** A figure for people; a dash where it is not defined, which JSON keeps as null. */
export function figure(value: number | null, digits: number): string {
  return value === null || Number.isNaN(value) ? '-' : value.toFixed(digits)
}
