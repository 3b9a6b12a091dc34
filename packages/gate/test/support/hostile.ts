import type { ReportImage } from '../../src/index.js'

/** File names that some reader of a report would take for something else. */
export const HOSTILE = [
  '</script><script>alert(1)</script>.jpg',
  '<img src=x onerror=alert(1)>.jpg',
  '"quoted\' & <b>bold</b>.jpg',
  'javascript:alert(1).jpg',
  '=cmd|calc!A0.jpg',
  '@team/+1.jpg',
  '-v.jpg',
  'a,b;c\td.jpg',
  'line\nbreak\r.jpg',
  'line\u2028and\u2029paragraph.jpg',
  'right\u202egpj.exe.jpg',
  'bell\u0007 and \u001b[31mred.jpg',
  'lone\ud800surrogate.jpg',
  'not\uffffa\ufffecharacter.jpg',
  '`code` and ``more``.jpg',
  'a|b\\|c.jpg',
  '*bold* _it_ [x](www.example.com) #1 ~~no~~.jpg',
  '100%25 %0A::error::x.jpg',
  '::error file=a::b.jpg',
  '日本語/été 🙂.jpg',
  ']]>.jpg',
  '&amp;.jpg',
  '$&$$ {{y}}.jpg',
]

/** Images by those names that the gate complains of, the worst first. */
export function hostileImages(): ReportImage[] {
  return HOSTILE.map((path, i) => ({
    path,
    output: `out/${path}`,
    bytes: 1000,
    sha256: String(i).padStart(64, '0'),
    format: 'jpeg',
    width: 640,
    height: 480,
    status: 'error',
    score: i / 10,
    label: 'bad',
    rule: { files: path, error: 20, warn: 40 },
    advice: `Look at ${path}.`,
    notes: [`A note on ${path}.`],
  }))
}
