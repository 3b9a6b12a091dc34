import { existsSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { Store } from '../../src/store/store.js'
import { open, picture, temporary } from '../tiny.js'
import { diqaTrain } from './host.js'

async function tree(rows: string[], header = 'image,score'): Promise<string> {
  const root = join(await temporary(), 'mine')
  await mkdir(root)
  await writeFile(join(root, 'scores.csv'), `${[header, ...rows].join('\n')}\n`)
  return root
}

const add = (root: string, name: string, width: number, height: number, seed = 1) =>
  open(picture(width, height, seed)).toFile(join(root, name))

describe('prepare', () => {
  test('a plain CSV with references: truths on 0 to 100, each reference once', async () => {
    const rows = ['a.png,1,r.png,train', 'b.png,3,r.png,train', 'c.png,5,s.png,val']
    const root = await tree(rows, 'image,score,reference,split')
    for (const name of ['a', 'b', 'c', 'r', 's']) await add(root, `${name}.png`, 60, 56, name.charCodeAt(0))
    const out = join(root, '..', 'out')
    const options = ['min=1', 'max=5', 'direction=dmos'].flatMap((option) => ['--option', option])
    const { code, stdout, stderr } = await diqaTrain([
      'prepare',
      'plain-csv',
      root,
      '--out',
      out,
      '--test',
      '0',
      ...options,
    ])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    const store = new Store(out)
    expect(stdout).toBe(`3 of 3 images\nPrepared mine, opinions from 1 to 5, SHA-256 ${store.header.digest}.\n`)
    expect(store.images.map(({ name, quality, split, reference }) => [name, quality, split, reference])).toEqual([
      ['r.png', undefined, 'train', undefined],
      ['a.png', 100, 'train', 0],
      ['b.png', 50, 'train', 0],
      ['s.png', undefined, 'val', undefined],
      ['c.png', 0, 'val', 3],
    ])
    store.close()
  })

  test.each([
    [
      'a reference of another size',
      async (root: string) => {
        await add(root, 'a.png', 60, 56)
        await add(root, 'r.png', 56, 60)
      },
      'Expected a reference of 60 x 56 for a.png but found r.png with 56 x 60',
    ],
    [
      'an image that does not decode',
      async (root: string) => {
        await writeFile(join(root, 'a.png'), 'text')
        await add(root, 'r.png', 56, 60)
      },
      'Expected an image that can be scored for @/a.png but found Expected an image but the bytes are of no known kind.',
    ],
    [
      'an image that is too small',
      async (root: string) => {
        await add(root, 'a.png', 20, 40)
        await add(root, 'r.png', 20, 40)
      },
      'Expected an image that can be scored for @/a.png but found Expected at least 48 pixels along each side but the image has 20 x 40.',
    ],
  ])('%s', async (_, make, message) => {
    const root = await tree(['a.png,1,r.png,train', 'b.png,2,,val'], 'image,score,reference,split')
    await make(root)
    await add(root, 'b.png', 60, 60)
    const out = join(root, '..', 'out')
    const { code, stderr } = await diqaTrain(['prepare', 'plain-csv', root, '--out', out, '--test', '0'])
    expect(code).toBe(2)
    expect(stderr.replaceAll(root, '@')).toBe(`diqa-train: ${message}\n`)
    expect(existsSync(join(out, 'store.json'))).toBe(false)
  })

  test('stopped by a signal, it ends with 130 and leaves no store that looks finished', async () => {
    const names = Array.from({ length: 501 }, (_, i) => `${i}.png`)
    const root = await tree(names.map((name, i) => `${name},${i}`))
    const one = await open(picture(48, 48, 1))
      .png()
      .toBuffer()
    for (const name of names) await writeFile(join(root, name), one)
    const out = join(root, '..', 'out')
    const { code, stdout, stderr } = await diqaTrain(['prepare', 'plain-csv', root, '--out', out], (text, send) => {
      if (text.startsWith('500 of')) send('SIGINT')
    })
    expect({ code, stdout, stderr }).toEqual({ code: 130, stdout: '500 of 501 images\n', stderr: 'Stopping ...\n' })
    expect(existsSync(join(out, 'store.json'))).toBe(false)
  }, 30_000)
})
