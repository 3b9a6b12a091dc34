import type { Severity } from '../config/options.js'
import type { Pictures } from '../pictures/pictures.js'
import type { Report } from '../report.js'
import { csv } from './csv.js'
import { github } from './github.js'
import { html } from './html/html.js'
import { json } from './json.js'
import { junit } from './junit.js'
import { markdown } from './markdown.js'
import { sarif } from './sarif.js'
import { stylish } from './stylish.js'

/** How a report is to be written. Each format takes what concerns it. */
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
  /**
   * Where the report's root is in its repository, with `/`: `packages/site`. For `github` and `sarif`, whose readers know
   * the repository only.
   * @default the top
   */
  folder?: string | undefined
  /**
   * What an image without pixels is to `github`, `junit`, `markdown` and `sarif`: as the gate takes it.
   * @default 'error'
   */
  onUndecodable?: Severity | undefined
  /**
   * What `html` shows of the images.
   * @default none
   */
  pictures?: Pictures | undefined
}

/** Turns a report into text that ends with a line break. */
export type Format = (report: Report, options?: FormatOptions) => string | Promise<string>

/** The formats by name. */
export const formats = { stylish, json, junit, sarif, github, markdown, csv, html } satisfies Record<string, Format>

/** One of {@link formats}. */
export type FormatName = keyof typeof formats
