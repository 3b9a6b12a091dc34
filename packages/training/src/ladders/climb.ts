import type { Scorer } from '@diqa/core'
import type { Pixels } from '@diqa/core/model'
import sharp from 'sharp'
import type { Judge } from '../distort/judge.js'
import { inParallel } from '../in-parallel.js'
import type { Row } from './rows.js'
import type { Rung } from './rung.js'

/** A lossless picture, and what it goes through. */
export interface Climber {
  set: Row['set']
  /** Tells it from the others. */
  name: string
  /** Its file, which is scored as it is. */
  path: string
  /** 3 channels, on white. */
  pixels: Pixels
  rungs: readonly Rung[]
}

/** Who compares rungs with their picture: earlier judgements where there are such, else a judge, else nobody. */
export interface Judgement {
  earlier: (picture: string, rung: Pick<Rung, 'ladder' | 'level'>) => number | undefined
  judge: Judge | undefined
}

/** Scores a picture and every rung of it, and has the two compared. */
export async function climb(climber: Climber, scorer: Scorer, { earlier, judge }: Judgement): Promise<Row[]> {
  const { set, name, path, pixels, rungs } = climber
  const reference = await judge?.keep(pixels)
  const lossless: Row = { set, picture: name, kind: 'lossless', ladder: 'lossless', level: 0, order: 0 }
  const make = async ({ make, ...rung }: Rung): Promise<Row> => {
    const { kind, ladder, level, order } = rung
    const bytes = await make(pixels)
    const known = earlier(name, rung)
    const judged = known ?? (judge && reference ? await compared(judge, reference, bytes) : undefined)
    const place = { set, picture: name, kind, ladder, level, order }
    return { ...place, ...(await said(scorer, bytes)), ...(judged !== undefined && { judged }) }
  }
  const rows = [{ ...lossless, ...(await said(scorer, path)) }, ...(await inParallel(rungs, make))]
  if (reference) await judge?.forget(reference)
  return rows
}

async function said(scorer: Scorer, input: Uint8Array | string): Promise<Pick<Row, 'score' | 'skipped' | 'fault'>> {
  const result = await scorer.score(input)
  if (result.status === 'scored') return { score: result.score, ...(result.fault && { fault: result.fault }) }
  if (result.status === 'skipped') return { skipped: result.reason }
  throw new Error(`Expected a picture that can be scored but it could not be decoded: ${result.message}`)
}

/** Published comparisons end at 0 too: what is below is ruined. */
async function compared(judge: Judge, reference: string, bytes: Uint8Array): Promise<number> {
  return Math.max(0, await judge.score(reference, await decoded(bytes)))
}

async function decoded(bytes: Uint8Array): Promise<Pixels> {
  const { data, info } = await sharp(bytes)
    .flatten({ background: '#fff' })
    .toColourspace('srgb')
    .raw()
    .toBuffer({ resolveWithObject: true })
  return { data, width: info.width, height: info.height, channels: 3 }
}
