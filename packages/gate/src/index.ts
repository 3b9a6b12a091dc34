export { UsageError } from '@diqa/core/light'
export { baselineOf } from './baseline/accept.js'
export { type Baseline, type BaselineEntry, readBaseline, writeBaseline } from './baseline/baseline-file.js'
export type { Store } from './cache/store-cache.js'
export { type AddFolderOptions, addFolder, isPage } from './collect/add-folder.js'
export {
  type AddedImage,
  type AddedPage,
  type Collector,
  type CollectorDependencies,
  createCollector,
  type FinishOptions,
} from './collect/collector.js'
export { type InlinedImage, inlinedImages } from './collect/inlined-images.js'
export { checkOptions } from './config/check-options.js'
export { CONFIG_FILES, type ConfigPlace, type LoadedConfig, loadConfig, loadOptions } from './config/load-config.js'
export {
  type BaselineOptions,
  type CacheOptions,
  type DiqaOptions,
  type DropLimits,
  defineConfig,
  type Exemption,
  type Pattern,
  type ReportTarget,
  type Rule,
  type Severity,
} from './config/options.js'
export { type ResolvedOptions, resolveOptions } from './config/resolve-options.js'
export { createReport, type ReportParts } from './create-report.js'
export { fitText, textWidth } from './fit-text.js'
export { type Format, type FormatName, type FormatOptions, formats } from './format/format.js'
export { type FormatChoice, loadFormat, showsImages } from './format/load-format.js'
export { type GateCounts, type GateMessage, type GateResult, gateResult } from './gate-result.js'
export { humanBytes, humanDuration, plural } from './human-units.js'
export type { Logger } from './logger.js'
export { formatSummary, formatVerdict, noImagesMessage } from './messages.js'
export { nearestWord } from './nearest-word.js'
export { cachedPictures } from './pictures/cached-pictures.js'
export type { Picture, PictureSource, Pictures } from './pictures/pictures.js'
export { printable } from './printable-text.js'
export {
  type RenderedReport,
  type RenderedReports,
  type RenderOptions,
  renderReport,
  renderReports,
  writeReports,
} from './render-reports.js'
export type {
  Report,
  ReportEngine,
  ReportFault,
  ReportImage,
  ReportModel,
  ReportRule,
  ReportShard,
  ReportStatus,
  ReportSummary,
  ReportTool,
} from './report.js'
export { reportImage, reportPath } from './report-image.js'
export { compileRules, type Limit, type Ruling } from './verdict/rules.js'
export type { Drop, Verdict } from './verdict/verdict.js'
