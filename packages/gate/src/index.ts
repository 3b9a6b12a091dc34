export { createReport, type ReportParts } from './create-report.js'
export { fitText, textWidth } from './fit-text.js'
export { type Format, type FormatName, type FormatOptions, formats } from './format/format.js'
export { humanBytes, humanDuration, plural } from './human-units.js'
export { nearestWord } from './nearest-word.js'
export { printable } from './printable-text.js'
export type {
  Report,
  ReportEngine,
  ReportImage,
  ReportModel,
  ReportRule,
  ReportStatus,
  ReportSummary,
  ReportTool,
} from './report.js'
export { reportImage, reportPath } from './report-image.js'
