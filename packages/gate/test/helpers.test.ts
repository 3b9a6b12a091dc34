import { join } from 'node:path'
import { expect, test } from 'vitest'
import { addFolder, inlinedImages } from '../src/index.js'
import { folder } from './support/folder.js'
import { collectorOf } from './support/gate.js'

test('data URIs of images are found, each once', () => {
  const png = Buffer.from('a picture').toString('base64')
  const css = `.a{background:url(data:image/png;base64,${png})}.b{background:url("data:image/png;base64,${png}")}
    .c{background:url(data:image/jpeg;charset=utf-8;base64,${png})}.d{background:url(data:image/svg+xml,%3Csvg%3E)}
    .e{src:url(data:font/woff2;base64,${png})}`
  expect(inlinedImages(css, 'assets/index.css')).toEqual(
    [
      { name: 'assets/index.css#71e4b0b1.png', bytes: Buffer.from('a picture') },
      { name: 'assets/index.css#71e4b0b1.jpeg', bytes: Buffer.from('a picture') },
    ].map((image) => ({ ...image, name: expect.stringMatching(/^assets\/index\.css#[0-9a-f]{8}\.(png|jpeg)$/) })),
  )
  expect(inlinedImages('const a = 1', 'a.js')).toEqual([])
})

test('a folder gives its images; a public one as sources; a missing one nothing', async () => {
  const root = await folder({ 'public/a.png': '50', 'public/b/c.jpg': '60', 'public/robots.txt': 'x' })
  const shipped = collectorOf({}, { root })
  await addFolder(shipped, join(root, 'public'), { isSource: true })
  await addFolder(shipped, join(root, 'gone'))
  expect((await shipped.finish()).report.images).toMatchObject([
    { path: 'public/a.png', output: 'a.png', score: 50 },
    { path: 'public/b/c.jpg', output: 'b/c.jpg', score: 60 },
  ])
  const built = collectorOf({ exclude: 'b/**' }, { root })
  await addFolder(built, join(root, 'public'), { scope: 'client' })
  expect((await built.finish({ scope: 'client' })).report.images).toMatchObject([{ path: 'a.png', output: 'a.png' }])
})
