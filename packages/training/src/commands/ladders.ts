import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { createScorer, type Scorer } from '@diqa/core'
import { glob } from 'tinyglobby'
import { Judge } from '../distort/judge.js'
import { type Climber, climb, type Judgement } from '../ladders/climb.js'
import { type LadderFigures, ladderFigures, type Thresholds } from '../ladders/figures.js'
import { type Row, readRows, toCsv } from '../ladders/rows.js'
import { GRAPHIC_RUNGS, PHOTOGRAPH_RUNGS, type Rung } from '../ladders/rung.js'
import { QUANTISE_IMAGES, quantiseModel } from '../quantise/quantise-model.js'
import { Store } from '../store/store.js'
import { loadTensorFlow } from '../tensorflow.js'
import { UsageError } from '../usage-error.js'
import { type Call, type Command, type Flags, listFlag, numberFlag, textFlag, wholeFlag } from './command.js'
import { percentWithin, within } from './figure.js'
import { openPicture } from './open-picture.js'
import { checkWhole, IDENTITY, LEAST_PIXELS, openTrained, readNote } from './trained.js'
import { writeModel } from './write-model.js'

/** What `ladders.json` keeps of a run for its card. */
export interface LadderNote {
  maxPixels: number
  thresholds: Thresholds
  figures: LadderFigures
}

/** `diqa-train ladders`: how scores follow the levels of distortions, and where they call good pictures bad. */
export const ladders: Command = {
  does: 'Scores lossless pictures, and ladders of codecs, upscaling, blur and noise, through the path that users take.',
  paths: [],
  flags: {
    photographs: { is: 'a folder of lossless photographs', multiple: true },
    graphics: { is: 'a folder of lossless screenshots, logos and drawings', multiple: true },
    out: { is: 'the CSV file of all scores' },
    run: { is: "score with a run's best weights, and note the figures for its card" },
    data: { is: 'with --run: a prepared set for its int8 weights, as for export', multiple: true },
    model: { is: "score with a model folder (default: core's model)" },
    judge: { is: 'SSIMULACRA2, to compare with (ssimulacra2_rs)' },
    judged: { is: 'an earlier CSV file, whose SSIMULACRA2 is taken where it has the picture and level' },
    warn: { is: "scores below it warn (default 50, the gate's)" },
    error: { is: "scores below it fail a build (default 20, the gate's)" },
    'max-pixels': { is: "core's pixel budget (default 131072)" },
  },
  async run({ flags, print, signal }: Call) {
    const out = textFlag(flags, 'out')
    const thresholds = { warn: numberFlag(flags, 'warn', 50), error: numberFlag(flags, 'error', 20) }
    const maxPixels = wholeFlag(flags, 'max-pixels', 131072, LEAST_PIXELS)
    const pictures = [
      ...(await picturesOf(listFlag(flags, 'photographs'), 'photograph', PHOTOGRAPH_RUNGS)),
      ...(await picturesOf(listFlag(flags, 'graphics'), 'graphic', GRAPHIC_RUNGS)),
    ]
    if (pictures.length === 0) throw new UsageError('Expected a picture in --photographs or --graphics but found none.')
    makeFolderOf(out)
    const earlier = typeof flags.judged === 'string' ? judgements(readRows(flags.judged)) : () => undefined
    const { folder, run, close } = await modelOf(flags)
    const rows: Row[] = []
    let scorer: Scorer | undefined
    let judge: Judge | undefined
    try {
      scorer = await createScorer({ maxPixels, ...(folder !== undefined && { model: folder }) })
      judge = typeof flags.judge === 'string' ? await Judge.create(flags.judge) : undefined
      for (const [i, picture] of pictures.entries()) {
        signal.throwIfAborted()
        const pixels = colour((await openPicture(picture.path)).pixels)
        rows.push(...(await climb({ ...picture, pixels }, scorer, { earlier, judge })))
        if ((i + 1) % 20 === 0 || i + 1 === pictures.length) print(`${i + 1} of ${pictures.length} pictures`)
      }
    } finally {
      await judge?.close()
      await scorer?.dispose()
      close()
    }
    writeFileSync(out, toCsv(rows))
    const note: LadderNote = { maxPixels, thresholds, figures: ladderFigures(rows, thresholds) }
    if (run) run.writeJson('ladders.json', note)
    print(tables(note))
    return true
  },
}

/** Before the scoring, which takes long. @throws UsageError when it cannot be made */
function makeFolderOf(out: string): void {
  try {
    mkdirSync(dirname(out), { recursive: true })
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    throw new UsageError(`Expected a file to write for --out but the folder of ${out} cannot be made (${code}).`)
  }
}

type Picture = Omit<Climber, 'pixels'>

async function picturesOf(folders: readonly string[], set: Row['set'], rungs: readonly Rung[]): Promise<Picture[]> {
  const found: Picture[] = []
  for (const folder of folders) {
    // Photographs of lossy files would bring flaws of their own, which the scores are right to see.
    const files = await glob(['**/*.{png,webp,tif,tiff}'], { cwd: folder, caseSensitiveMatch: false })
    if (files.length === 0) throw new UsageError(`Expected PNG, WebP or TIFF pictures but found none in ${folder}.`)
    for (const name of files.sort()) found.push({ set, name, path: join(folder, name), rungs })
  }
  return found
}

/** SSIMULACRA2 depends on no model: a picture's levels are judged once. */
function judgements(rows: readonly Row[]): Judgement['earlier'] {
  const key = (picture: string, ladder: string, level: number) => [picture, ladder, level].join('\t')
  const known = new Map(rows.map((row) => [key(row.picture, row.ladder, row.level), row.judged]))
  return (picture, { ladder, level }) => known.get(key(picture, ladder, level))
}

/** Three equal channels of a gray picture: distortions work on colour. */
function colour(pixels: Climber['pixels']): Climber['pixels'] {
  if (pixels.channels === 3) return pixels
  const data = new Uint8Array(3 * pixels.data.length)
  for (const [i, level] of pixels.data.entries()) data.fill(level, 3 * i, 3 * i + 3)
  return { ...pixels, data, channels: 3 }
}

/** The folder that core loads: a run's weights and calibration are written to one for the time being. */
async function modelOf(flags: Flags) {
  const { run: path, model } = flags
  if (typeof path === 'string' && typeof model === 'string') {
    throw new UsageError('Expected --run or --model but there are both.')
  }
  if (typeof path !== 'string') {
    return { folder: typeof model === 'string' ? model : undefined, run: undefined, close: () => {} }
  }
  const trained = openTrained(path)
  checkWhole(trained)
  const stores = listFlag(flags, 'data').map((data) => new Store(data))
  if (stores.length === 0)
    throw new UsageError('Expected at least one --data for the int8 weights of --run but there is none.')
  const { folder: run, weights, standard } = trained
  const calibration = readNote(run, 'calibration.json', IDENTITY)
  const tf = await loadTensorFlow()
  const folder = mkdtempSync(join(tmpdir(), 'diqa-model-'))
  const close = () => rmSync(folder, { recursive: true, force: true })
  try {
    writeModel(folder, { id: 'run', weights, standard, calibration, training: {} })
    quantiseModel(tf, folder, stores, QUANTISE_IMAGES)
  } catch (error) {
    close()
    throw error
  }
  return { folder, run, close }
}

function tables({ thresholds, figures }: LadderNote): string {
  const { order, judged, named, flagged, photographs, graphics } = figures
  const row = (...cells: (string | number)[]) =>
    cells
      .map((cell) => String(cell).padEnd(24))
      .join(' ')
      .trimEnd()
  return [
    `${photographs} photographs, ${graphics} graphics`,
    ...(order.length > 0 ? ['', row('within a picture', 'SRCC with the level', 'out of order')] : []),
    ...order.map(({ kind, srcc, disordered }) =>
      row(kind, within(srcc.value, srcc, 4), percentWithin(disordered.value, disordered)),
    ),
    ...(judged.length > 0 ? ['', row('against SSIMULACRA2', 'SRCC', 'mean difference', 'pictures')] : []),
    ...judged.map(({ kind, srcc, difference, rungs }) =>
      row(kind, within(srcc.value, srcc), within(difference.value, difference, 1), rungs),
    ),
    ...(named.length > 0 ? ['', row('fault, judged below 60', 'named right', 'pictures')] : []),
    ...named.map(({ kind, top1, rungs }) => row(kind, percentWithin(top1.value, top1), rungs)),
    '',
    row('flagged', `below ${thresholds.warn}`, `below ${thresholds.error}`, 'pictures'),
    ...flagged.map(({ what, warned, failed, pictures, skipped }) => {
      const all = skipped > 0 ? `${pictures}, ${skipped} skipped` : pictures
      return row(what, percentWithin(warned.value, warned), percentWithin(failed.value, failed), all)
    }),
  ].join('\n')
}
