import type { DeviceChoice, EngineChoice } from '@diqa/core'
import type { Store } from '../cache/store-cache.js'
import type { FormatChoice } from '../format/load-format.js'

/** What a problem comes to: nothing, a warning of the bundler, or an error that fails the build. */
export type Severity = 'off' | 'warn' | 'error'

/** A glob, matched whatever its letters' case against the path relative to the root, with `/`; or a regular expression. */
export type Pattern = string | RegExp

/** Limits on what an image may lose on its way from source to output. */
export interface DropLimits {
  /**
   * A greater loss is a warning.
   * @default none
   */
  warn?: number | undefined
  /**
   * A greater loss is an error.
   * @default none
   */
  error?: number | undefined
}

/**
 * Limits for the images that a glob chooses.
 *
 * Of all rules that match an image, the last one that has a key decides that key: `{ files: 'src/hero/**', error: 70 }`
 * leaves `warn` to the rules before it. Before all rules comes one for every image,
 * `warn: 50, error: 20`.
 */
export interface Rule {
  /** The images, by source path or output path. */
  files: string | readonly string[]
  /**
   * A score below this is a warning; 0: never. Raised to `error` where that is higher.
   * @default 50
   */
  warn?: number | undefined
  /**
   * A score below this is an error; 0: never.
   * @default 20
   */
  error?: number | undefined
  /**
   * The worst that can come of the limits. `off`: the image is not even scored; `warn`: never worse than a warning.
   * @default 'error'
   */
  level?: Severity | undefined
  /**
   * How many points an image may lose between its source file and what the build makes of it, where the bundler, or
   * `diqa check --sources`, knows the source. A number is the limit of an error. Scores the source too.
   * @default none
   */
  maxDrop?: number | DropLimits | undefined
}

/** Images that are accepted as they are. They are reported as `exempt`, and not scored. */
export interface Exemption {
  /** The images, by source path or output path. */
  files: string | readonly string[]
  /** Why. Shown in the report. */
  reason: string
}

/** Images that are accepted as they were at one time. Only new and worse ones count. */
export interface BaselineOptions {
  /** Relative to the root. */
  file: string
  /**
   * Points that an accepted image may lose when its bytes change.
   * @default 4
   */
  tolerance?: number | undefined
}

/** A report to write. */
export interface ReportTarget {
  /**
   * `stylish`, `json`, `junit`, `sarif`, `github`, `markdown`, `csv` or `html`; a function that makes text of a report; or what
   * exports such a function by default: a package, or a path that begins with `./`, seen from the root.
   */
  format: FormatChoice
  /** Relative to the root. */
  file: string
}

/** Where scores are kept between builds. */
export interface CacheOptions {
  /**
   * A folder, relative to the root.
   * @default the bundler's cache folder, else `node_modules/.cache/diqa` of the package
   */
  dir?: string | undefined
  /**
   * Days after its last use that a score is forgotten.
   * @default 30
   */
  retention?: number | undefined
  /**
   * A second cache, shared by machines: an unstorage storage, or anything with its `getItem` and `setItem`.
   * @default none
   */
  store?: Store | undefined
}

/** The configuration: `diqa.config.ts`, the `diqa` key of package.json, and the options of every plugin. */
export interface DiqaOptions {
  /**
   * Whether to look at images at all.
   * @default true
   */
  enabled?: boolean | undefined
  /**
   * Which images to look at, by source path or output path.
   * @default every jpg, jpeg, png, webp, avif, gif, tif and tiff
   */
  include?: Pattern | readonly Pattern[] | undefined
  /**
   * Which of them to leave out.
   * @default everything in node_modules
   */
  exclude?: Pattern | readonly Pattern[] | undefined
  /**
   * Limits, by path; see {@link Rule} for how rules add up.
   *
   * The defaults are mild on purpose, because a false alarm costs more than a miss. They follow what is measured (docs/thresholds.md).
   * @default every image: warn 50, error 20
   */
  rules?: readonly Rule[] | undefined
  /**
   * Images that are accepted as they are, each with a reason.
   * @default []
   */
  exempt?: readonly Exemption[] | undefined
  /**
   * The file that "diqa baseline" writes: the images in it are accepted, so that only new and worse ones count.
   * @default none
   */
  baseline?: string | BaselineOptions | undefined
  /**
   * Reports to write, also when the build fails.
   * @default []
   */
  reports?: readonly ReportTarget[] | undefined
  /**
   * What an image comes to that gives no pixels: cut off, a Git LFS pointer, not an image at all.
   * @default 'error'
   */
  onUndecodable?: Severity | undefined
  /**
   * What a build without any image comes to.
   * @default 'error'
   */
  onNoImages?: Severity | undefined
  /**
   * Look at the public folder and copied files too, where the bundler has such a thing.
   * @default true
   */
  includePublic?: boolean | undefined
  /**
   * Images that are written into scripts and styles as data URIs: count them in the report, score them, or pass them by.
   * @default 'count'
   */
  inlined?: 'count' | 'score' | 'off' | undefined
  /**
   * What runs the network.
   * @default 'auto'
   */
  engine?: EngineChoice | undefined
  /**
   * What the engine runs on.
   * @default 'auto'
   */
  device?: DeviceChoice | undefined
  /**
   * Pixels of an image that the network looks at.
   * @default 131072
   */
  maxPixels?: number | undefined
  /**
   * Worker threads, 1 to 256.
   * @default the processors this process may use
   */
  concurrency?: number | undefined
  /**
   * What shows through transparent pixels: an opaque CSS colour.
   * @default '#fff'
   */
  background?: string | undefined
  /**
   * Images of more pixels are skipped.
   * @default 268402689
   */
  limitInputPixels?: number | undefined
  /**
   * Keep scores between builds, by content.
   * @default true
   */
  cache?: boolean | CacheOptions | undefined
}

/** The options as given: for the types, in a `diqa.config` file. */
export function defineConfig(options: DiqaOptions): DiqaOptions {
  return options
}
