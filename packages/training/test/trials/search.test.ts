import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { finetune } from '../../src/commands/finetune.js'
import { Diverged } from '../../src/optimise/index.js'
import { RunFolder } from '../../src/run/run-folder.js'
import { done } from '../commands/host.js'
import { temporary } from '../tiny.js'

test('a trial that diverged, or whose network says the same of every picture, is the last', async () => {
  const folder = await temporary()
  const trained = vi.spyOn(finetune, 'run').mockImplementation(async ({ paths: [path] }) => {
    if (path!.includes('trial-1')) throw new Diverged('Expected a finite loss at step 7, received NaN.')
    if (path!.includes('trial-3')) RunFolder.create(path!).save('best.bin', {}, { 'SRCC one': 0.5, 'SRCC other': 0.7 })
    return true
  })
  const search = () => done('search', folder, '--data', 'x:4', '--steps', '9', '--trials', '3')
  const printed = await search()
  expect(printed).toMatch(
    /^3 trials, .*\nround 1, trial 1: SRCC NaN .*\nround 1, trial 2: SRCC NaN .*\nround 1, trial 3: SRCC 0.600 .*\nround 2, trial 3: /,
  )
  const table = await readFile(join(folder, 'search.md'), 'utf8')
  expect(table.match(/^\| \d \| \d \| \d \| \S+/gm)).toEqual([
    '| 2 | 3 | 9 | 0.600',
    '| 1 | 3 | 3 | 0.600',
    '| 1 | 1 | 3 | NaN',
    '| 1 | 2 | 3 | NaN',
  ])
  // Once more, from what is written down.
  trained.mockClear()
  expect(await search()).toContain(table.trim())
  expect(trained).not.toHaveBeenCalled()
})
