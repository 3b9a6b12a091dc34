import type { ReportImage } from '../../src/index.js'

const file = { bytes: 34_120, sha256: 'ab'.repeat(32), format: 'jpeg', width: 1200, height: 800 }

/** One image of each kind that a gate tells apart. */
export const KINDS: ReportImage[] = [
  { ...file, path: 'src/a-good.jpg', status: 'pass', score: 81.5, label: 'excellent', rule: { files: '**/*' } },
  {
    ...file,
    path: 'src/b-bad.jpg',
    output: 'assets/b-bad-3f2a91bc.jpg',
    status: 'error',
    score: 12.3,
    label: 'bad',
    fault: 'compression',
    rule: { files: 'src/**', warn: 40, error: 20 },
    advice: 'Export it again from the original at a higher quality.',
  },
  {
    ...file,
    path: 'src/c-poor.jpg',
    status: 'warn',
    score: 31,
    label: 'poor',
    rule: { files: '**/*', warn: 40, error: 20 },
    advice: 'Export it again from the original at a higher quality.',
  },
  {
    ...file,
    path: 'src/d-dropped.jpg',
    status: 'error',
    score: 55.5,
    label: 'fair',
    rule: { files: 'src/**', warn: 40, error: 20, maxDrop: { error: 10 } },
    source: { score: 80.1, label: 'excellent' },
    advice: 'Your optimiser took this image from 80.1 (excellent) to 55.5 (fair): raise its quality setting.',
  },
  {
    bytes: 812,
    sha256: 'cd'.repeat(32),
    path: 'e-cut.jpg',
    status: 'undecodable',
    reason: 'truncated',
    message: 'Expected a whole JPEG but it ends early',
  },
  { ...file, path: 'f-icon.png', status: 'skip', reason: 'too-small', message: 'Expected at least 64 pixels a side.' },
  { path: 'legacy/1998.gif', status: 'exempt', reason: 'archive scans' },
]
