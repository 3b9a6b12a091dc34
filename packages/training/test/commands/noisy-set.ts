import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { open, picture, temporary } from '../tiny.js'

/** A data set in which noise is what people dislike, as a tree with a CSV: 50 pictures to train on, more than there are statistics. */
export async function noisySet(): Promise<string> {
  const root = await temporary()
  const set = join(root, 'noisy')
  await mkdir(set)
  const rows = ['image,score,reference,split']
  for (let content = 0; content < 15; content++) {
    const split = content < 10 ? 'train' : content < 13 ? 'val' : 'test'
    await open(picture(64, 64, content, 0)).toFile(join(set, `${content}.png`))
    for (const [i, grain] of [4, 20, 50, 90, 140].entries()) {
      await open(picture(64, 64, content, grain)).toFile(join(set, `${content}-${i}.png`))
      rows.push(`${content}-${i}.png,${5 - i},${content}.png,${split}`)
    }
  }
  await writeFile(join(set, 'scores.csv'), `${rows.join('\n')}\n`)
  return root
}
