import { join } from 'node:path'
import { expect, test } from 'vitest'
import { pictureSets, placesOf } from '../src/collect/picture-sets.js'
import { addFolder } from '../src/index.js'
import { folder } from './support/folder.js'
import { collectorOf, image } from './support/gate.js'

test.each<[string, string, string[][]]>([
  ['widths', '<img src="a.jpg" srcset="b.jpg 400w, c.jpg 800w">', [['a.jpg', 'b.jpg', 'c.jpg']]],
  ['densities', "<IMG SRCSET='b.jpg 1x,\n c.jpg 2x'>", [['b.jpg', 'c.jpg']]],
  ['one without a descriptor', '<img srcset="b.jpg, c.jpg 1.5x"/>', [['b.jpg', 'c.jpg']]],
  ['without quotes', '<img srcset=b.jpg src=a.jpg>', [['a.jpg', 'b.jpg']]],
  ['entities', '<img srcset="b.jpg?x=1&amp;y=2 1x">', [['b.jpg?x=1&y=2']]],
  ['commas in URLs', '<img srcset="w_1,q_2/b.jpg 1x, w_2,q_2/b.jpg 2x">', [['w_1,q_2/b.jpg', 'w_2,q_2/b.jpg']]],
  [
    'the sources of a picture, each by itself',
    '<picture><source srcset="a.webp 1x, b.webp 2x"><img src="a.jpg"></picture>',
    [['a.webp', 'b.webp']],
  ],
  ['preloads', '<link rel="preload" as="image" href="a.jpg" imagesrcset="b.jpg 1x, c.jpg 2x">', [['b.jpg', 'c.jpg']]],
  [
    'not what is a comment, or text',
    '<!-- <img srcset="b.jpg 1x"> --><script>"<img srcset=\'b.jpg 1x\'>"</script>',
    [],
  ],
  ['not what is empty', '<img src="a.jpg" srcset=""><img src="b.jpg">', []],
  ['what is broken off', '<img srcset="b.jpg 1x">  <img srcset="c.jpg', [['b.jpg']]],
])('the pictures of a page: %s', (_, html, sets) => {
  expect(pictureSets(html)).toEqual(sets)
})

test.each<[string, string, string[]]>([
  ['a.jpg', 'index.html', ['a.jpg']],
  ['./img/a.jpg?v=1#x', 'blog/index.html', ['blog/img/a.jpg']],
  ['../a.jpg', 'blog/index.html', ['a.jpg']],
  ['/base/img/a.jpg', 'blog/index.html', ['base/img/a.jpg', 'img/a.jpg', 'a.jpg']],
  ['https://cdn.example/img/a%20b.jpg', 'index.html', ['img/a b.jpg', 'a b.jpg']],
  ['//cdn.example/a%.jpg', 'index.html', ['a%.jpg']],
  ['data:image/png;base64,AAAA', 'index.html', []],
])('where %s of %s can be', (url, page, places) => {
  expect(placesOf(url, page)).toEqual(places)
})

const said = async (collector: ReturnType<typeof collectorOf>) =>
  (await collector.finish()).messages.map(({ verdict }) => [verdict!.path, ...verdict!.others])

test('what a srcset names is one picture, and one message', async () => {
  const collector = collectorOf()
  const html = '<img src="/app/img/small.jpg" srcset="/app/img/small.jpg 400w, /app/img/large.jpg 800w, gone.jpg 900w">'
  await collector.addPage({ name: 'index.html', html })
  await collector.add({ name: 'img/small.jpg', bytes: image(10) })
  await collector.add({ name: 'img/large.jpg', bytes: image(11) })
  await collector.add({ name: 'img/other.jpg', bytes: image(12) })
  expect(await said(collector)).toEqual([['img/small.jpg', 'img/large.jpg'], ['img/other.jpg']])
})

test('pictures that share an image are one, and take along the variants of their names', async () => {
  const collector = collectorOf()
  for (const [name, score] of Object.entries({ 'a.jpg': 10, 'b.jpg': 11, 'c.jpg': 12, 'c@2x.jpg': 13 })) {
    await collector.add({ name, bytes: image(score) })
  }
  await collector.addPage({ name: 'one.html', html: '<img srcset="a.jpg 1x, b.jpg 2x">' })
  await collector.addPage({ name: 'two.html', html: '<img srcset="b.jpg 1x, c.jpg 2x">' })
  expect(await said(collector)).toEqual([['a.jpg', 'b.jpg', 'c.jpg', 'c@2x.jpg']])
})

test('a page counts in its scope, until it is cleared or comes without the picture', async () => {
  const collector = collectorOf()
  const page = { name: 'index.html', html: '<img srcset="a.jpg 1x, b.jpg 2x">' }
  const add = async (scope: string) => {
    await collector.add({ name: 'a.jpg', bytes: image(10), scope })
    await collector.add({ name: 'b.jpg', bytes: image(11), scope })
  }
  const apart = [['a.jpg'], ['b.jpg']]
  await add('client')
  await collector.addPage({ ...page, scope: 'server' })
  expect(await said(collector)).toEqual(apart)
  await collector.addPage({ ...page, scope: 'client' })
  expect(await said(collector)).toEqual([['a.jpg', 'b.jpg']])
  await collector.addPage({ name: 'index.html', html: '<p>No picture.</p>', scope: 'client' })
  expect(await said(collector)).toEqual(apart)
  await collector.addPage({ ...page, scope: 'client' })
  collector.clear('client')
  await add('client')
  expect(await said(collector)).toEqual(apart)
})

test('the pages in a folder are read', async () => {
  const root = await folder({ 'site/blog/index.html': '<img srcset="../a.jpg 1x, b.jpg 2x">', 'site/a.jpg': '10' })
  const collector = collectorOf({}, { root })
  await collector.add({ name: 'blog/b.jpg', bytes: image(11) })
  await addFolder(collector, join(root, 'site'))
  expect(await said(collector)).toEqual([['a.jpg', 'blog/b.jpg']])
})
