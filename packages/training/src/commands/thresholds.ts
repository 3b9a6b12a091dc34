import { drawChart } from '../chart.js'
import { WANTED } from '../ladders/figures.js'
import { readRows } from '../ladders/rows.js'
import { thresholdCurves, thresholdPanels } from '../ladders/threshold-curves.js'
import { type Call, type Command, textFlag, wholeFlag } from './command.js'

/** `diqa-train thresholds`: what a gate's thresholds trade. */
export const thresholds: Command = {
  does: 'Draws the false alarms and the misses of every threshold, from the scores of diqa-train ladders.',
  paths: ['csv'],
  flags: {
    out: { is: 'the picture, .svg or .png' },
    every: { is: 'thresholds between two rows of the table (default 5)' },
  },
  async run({ flags, paths: [file], print }: Call) {
    const out = textFlag(flags, 'out')
    const every = wholeFlag(flags, 'every', 5, 1)
    const curves = thresholdCurves(readRows(file!))
    const names = WANTED.map(({ what }) => what).filter((what) => what in curves[0]!.flagged)
    await drawChart(thresholdPanels(curves), 'the thresholds', out)
    print(`| threshold | ${names.map((name) => `${name}, % flagged`).join(' | ')} |`)
    print(`|---|${names.map(() => '---').join('|')}|`)
    for (const { threshold, flagged } of curves.filter((_, i) => i % every === 0)) {
      print(`| ${threshold} | ${names.map((name) => (100 * flagged[name]!).toFixed(1)).join(' | ')} |`)
    }
    return true
  },
}
