import { humanDuration } from '../../human-units.js'
import type { Picture, Pictures } from '../../pictures/pictures.js'
import { printable } from '../../printable-text.js'
import type { Report, ReportImage } from '../../report.js'
import { type Finding, findingsOf } from '../finding.js'
import { groupBy } from '../group-by.js'
import { headline } from '../headline.js'
import type { Payload, PictureData, Row } from './page/payload.js'

/** A report as the page takes it, and its pictures. */
export function payloadOf(report: Report, given: Pictures = new Map()): { payload: Payload; pictures: PictureData[] } {
  const findings = new Map(findingsOf(report).map((finding) => [finding.image, finding]))
  const shown = [...given]
  const index = new Map(shown.map(([sha256], i) => [sha256, i]))
  const payload: Payload = {
    headline: headline(report),
    origin: originOf(report),
    rows: report.images.map((image) => rowOf(image, findings.get(image), index)),
    limits: commonLimits(report.images),
  }
  return { payload, pictures: shown.map(([, picture]) => dataOf(picture)) }
}

function rowOf(image: ReportImage, finding: Finding | undefined, index: Map<string, number>): Row {
  const { path, output, status, score, label, fault, rule, advice, notes, source, reason, message } = image
  const { format, width, height, bytes, sha256 } = image
  const row: { [Key in keyof Row]: Row[Key] | undefined } = {
    path: printable(path),
    output: output === undefined || output === path ? undefined : printable(output),
    status,
    score,
    label,
    fault,
    limit: finding?.kind === 'low-score' ? finding.limit : (rule?.warn ?? rule?.error),
    rule: rule && printable(rule.files),
    problem: problemOf(finding?.problem ?? message ?? reason),
    advice: advice && printable(advice),
    notes: notes?.map(printable),
    source: source && {
      score: source.score,
      label: source.label,
      ...pictureOf(source.sha256, index),
    },
    format,
    width,
    height,
    bytes,
    ...pictureOf(sha256, index),
  }
  // JSON leaves out what is undefined.
  return row as Row
}

function problemOf(text: string | undefined): string | undefined {
  return text && printable(text)
}

function pictureOf(sha256: string | undefined, index: Map<string, number>): { picture?: number } {
  const picture = sha256 === undefined ? undefined : index.get(sha256)
  return picture === undefined ? {} : { picture }
}

function dataOf({ thumbnail, preview, heatMap }: Picture): PictureData {
  return [thumbnail, preview, heatMap].map((bytes) =>
    bytes ? Buffer.from(bytes).toString('base64') : '',
  ) as PictureData
}

/** The limits that most images have. */
function commonLimits(images: ReportImage[]): Payload['limits'] {
  const limits = images.flatMap(({ rule }) => (rule ? [{ warn: rule.warn, error: rule.error }] : []))
  const groups = [...groupBy(limits, (pair) => JSON.stringify(pair)).values()]
  const [common] = groups.reduce<typeof limits>((most, group) => (group.length > most.length ? group : most), [])
  return JSON.parse(JSON.stringify(common ?? {}))
}

function originOf({ tool, model, engine, summary }: Report): string {
  const on = engine.name === 'none' ? 'all of them from the cache' : `on ${engine.name} (${engine.device})`
  const cached = engine.name !== 'none' && summary.cached > 0 ? `, ${summary.cached} from the cache` : ''
  const took = humanDuration(summary.durationMs)
  return printable(
    `Scored by ${model.id} ${on}${cached}, in ${took}. 0 is worst, 100 is best. Made by ${tool.name} ${tool.version}.`,
  )
}
