/** What the page is given: the report as the page shows it. Names are data; the page puts them into text alone. */
export interface Payload {
  headline: string
  /** How the scores were made, one sentence. */
  origin: string
  rows: Row[]
  /** What the gate's most common rule asks for. */
  limits: { warn?: number; error?: number }
}

/** One image. A field that does not apply is absent. */
export interface Row {
  path: string
  output?: string
  status: 'pass' | 'warn' | 'error' | 'skip' | 'undecodable' | 'exempt'
  score?: number
  label?: string
  fault?: string
  limit?: number
  rule?: string
  /** What is wrong, or why there is no score. */
  problem?: string
  advice?: string
  notes?: string[]
  source?: { score: number; label: string; picture?: number }
  format?: string
  width?: number
  height?: number
  bytes?: number
  /** Which of the pictures. */
  picture?: number
}

/** WebP in base64: thumbnail, preview, heat map. Copies of one file share theirs. */
export type PictureData = [thumbnail?: string, preview?: string, heatMap?: string]
