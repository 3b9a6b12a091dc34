import type { Report } from '../report.js'
import { json } from './json.js'
import { stylish } from './stylish.js'

/** How a report is to be written. Formats for machines ignore all of it. */
export interface FormatOptions {
  /**
   * Colour the text.
   * @default false
   */
  color?: boolean | undefined
  /**
   * Columns of the terminal that the text should fit.
   * @default unlimited
   */
  columns?: number | undefined
  /**
   * List only the images that have a problem.
   * @default false
   */
  quiet?: boolean | undefined
}

/** Turns a report into text that ends with a line break. */
export type Format = (report: Report, options?: FormatOptions) => string

/** The formats by name. */
export const formats = { stylish, json } satisfies Record<string, Format>

/** One of {@link formats}. */
export type FormatName = keyof typeof formats
