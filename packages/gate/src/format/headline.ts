import { plural } from '../human-units.js'
import type { Report } from '../report.js'

/** The report in one sentence, without a full stop: `3 of 214 images look bad`. */
export function headline(report: Report): string {
  return report.partial ? `${sentence(report)} (so far: the run was stopped)` : sentence(report)
}

function sentence({ summary, images }: Report): string {
  const all = plural(summary.images, 'image')
  const bad = summary.errors + summary.warnings
  const broken = summary.undecodable
  if (summary.images === 0) return 'No images'
  if (bad + broken === 0) {
    // Scored alone, and held against no rule.
    const low = images.some(({ rule }) => rule)
      ? 0
      : images.filter(({ score }) => score !== undefined && score < 40).length
    if (low > 0) return `${low} of ${all} ${low === 1 ? 'looks' : 'look'} bad`
    return summary.images === 1 ? '1 image is good enough' : `All ${all} are good enough`
  }
  const looks = `${bad} of ${all} ${bad === 1 ? 'looks' : 'look'} bad`
  if (broken === 0) return looks
  const unread = `${broken}${bad === 0 ? ` of ${all}` : ''} cannot be read`
  return bad === 0 ? unread : `${looks}, ${unread}`
}
