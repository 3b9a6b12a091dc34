import { execFileSync } from 'node:child_process'
import { symlink } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { expect, test } from 'vitest'
import { findFiles, findImages } from '../src/find-images.js'
import { lockFolders } from './support/locked-folder.js'
import { tree } from './support/tree.js'

async function find(root: string, ...paths: string[]) {
  const { files, missing, unmatched } = await findImages(paths, root)
  return { files: files.map((file) => relative(root, file)), missing, unmatched }
}

test('a folder gives its images, whatever the case of their extension, hidden folders too', async () => {
  const root = await tree({
    'a/x.JPG': '',
    'a/b/y.webp': '',
    'a/.output/z.png': '',
    'a/readme.md': '',
    'a/v.svg': '',
    'a/node_modules/p/i.png': '',
    'a/.git/i.png': '',
  })
  expect(await find(root, 'a')).toEqual({
    files: ['a/.output/z.png', 'a/b/y.webp', 'a/x.JPG'],
    missing: [],
    unmatched: [],
  })
  expect((await find(root, '.')).files).toHaveLength(3)
  expect((await find(join(root, 'a'), '..')).files).toHaveLength(3)
})

test('a folder that is named is searched even when it would be left out elsewhere', async () => {
  const root = await tree({ 'node_modules/p/i.png': '' })
  expect((await find(root, 'node_modules/p')).files).toEqual(['node_modules/p/i.png'])
  expect((await find(root, 'node_modules')).files).toEqual(['node_modules/p/i.png'])
})

test('a file that is named is taken whatever its extension, and once', async () => {
  const root = await tree({ 'a/photo.heic': '', 'a/x.png': '' })
  expect((await find(root, 'a/photo.heic', 'a', './a/x.png', join(root, 'a/x.png'))).files).toEqual([
    'a/photo.heic',
    'a/x.png',
  ])
})

test('what exists literally is not read as a glob', async () => {
  const root = await tree({ '[id]/img (1).png': '', 'i/no.png': '', 'a{b,c}.png': '', 'ab.png': '', 'star*.png': '' })
  expect((await find(root, '[id]')).files).toEqual(['[id]/img (1).png'])
  expect((await find(root, '[id]/img (1).png')).files).toEqual(['[id]/img (1).png'])
  expect((await find(root, 'a{b,c}.png')).files).toEqual(['a{b,c}.png'])
  expect((await find(root, 'star*.png')).files).toEqual(['star*.png'])
  expect((await find(root, '[id]/*.png')).files).toEqual(['[id]/img (1).png'])
})

test('globs match as in a shell', async () => {
  const root = await tree({
    'a/x.png': '',
    'a/y.jpg': '',
    'a/b/z.png': '',
    'a/app.ts': '',
    'a/p.heic': '',
    'img1.png': '',
  })
  expect((await find(root, 'a/*.png')).files).toEqual(['a/x.png'])
  expect((await find(root, '**/*.{png,jpg}')).files).toEqual(['a/b/z.png', 'a/x.png', 'a/y.jpg', 'img1.png'])
  expect((await find(root, 'a/*')).files).toEqual(['a/b/z.png', 'a/x.png', 'a/y.jpg'])
  expect((await find(join(root, 'a/b'), '../*')).files).toEqual(['z.png', '../x.png', '../y.jpg'])
  expect((await find(root, 'a/b*/')).files).toEqual(['a/b/z.png'])
  expect((await find(root, '*/b')).files).toEqual(['a/b/z.png'])
  expect((await find(root, 'a/*.heic')).files).toEqual(['a/p.heic'])
  expect((await find(root, '{a/b,c}/*.png')).files).toEqual(['a/b/z.png'])
  expect((await find(root, 'img[0-9].png')).files).toEqual(['img1.png'])
  expect((await find(join(root, 'a/b'), '../*.png')).files).toEqual(['../x.png'])
  expect((await find(root, join(root, 'a/*.png'))).files).toEqual(['a/x.png'])
})

test('a folder with an extension gives its images only', async () => {
  const root = await tree({ 'app.iconset/x.png': '', 'app.iconset/info.json': '' })
  expect((await find(root, '*.iconset')).files).toEqual(['app.iconset/x.png'])
})

test('a folder that leads back to itself is searched once', async () => {
  const root = await tree({ 'a/x.png': '' })
  await symlink(join(root, 'a'), join(root, 'a/again'))
  expect((await find(root, 'a')).files).toContain('a/x.png')
})

test('what is missing is told, one sentence each', async () => {
  const root = await tree({ 'docs/a.md': '', 'x.png': '' })
  await symlink(join(root, 'gone'), join(root, 'link.png'))
  await symlink(join(root, 'loop'), join(root, 'loop'))
  expect(await find(root, 'x.png', 'nope.png', 'docs', '*.gif', 'link.png', 'loop')).toEqual({
    files: ['x.png'],
    missing: [
      'Expected a file, a folder or a glob but received "nope.png", which does not exist.',
      'Expected a file, a folder or a glob but received "link.png", which does not exist.',
      'Expected a file or a folder but "loop" could not be looked at (ELOOP).',
    ],
    unmatched: [
      'Expected images in the folder "docs" but found none (jpg, jpeg, png, webp, avif, gif, tif, tiff).',
      'Expected images for the glob "*.gif" but it matches none.',
    ],
  })
})

test.skipIf(process.platform === 'win32')('a pipe or a device is not waited for', async () => {
  const root = await tree({ 'x.png': '' })
  execFileSync('mkfifo', [join(root, 'pipe.png')])
  expect(await find(root, 'pipe.png', '/dev/null', '.')).toEqual({
    files: ['x.png'],
    missing: [
      'Expected a file or a folder but "pipe.png" is neither.',
      'Expected a file or a folder but "/dev/null" is neither.',
    ],
    unmatched: [],
  })
  expect(await findFiles(['pipe.png', 'x.png'], root)).toMatchObject({
    files: [join(root, 'x.png')],
    missing: ['Expected a file but the list has "pipe.png", which is none.'],
  })
})

test('a folder that cannot be looked into is told, and the others are searched', async () => {
  const root = await tree({ 'a/x.png': '', 'a/locked/y.png': '' })
  lockFolders()
  for (const path of ['a', 'a/**/*.png']) {
    expect(await find(root, path)).toEqual({
      files: ['a/x.png'],
      missing: ['Expected to look into the folder "a/locked" but that failed (EACCES).'],
      unmatched: [],
    })
  }
})
