import { existsSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { HIDDEN } from '@diqa/core/model'
import { describe, expect, test } from 'vitest'
import { commands } from '../../src/commands/index.js'
import { UNCHANGED } from '../../src/network/pooled-standard.js'
import { RunFolder } from '../../src/run/run-folder.js'
import { open, picture, storeOf, temporary } from '../tiny.js'
import { diqaTrain } from './host.js'

/** What a wrong call says; `@` stands for a folder of the test's own. */
async function said(line: string, folder = ''): Promise<string> {
  const { code, stdout, stderr, listeners } = await diqaTrain(line.split(' ').map((word) => word.replace('@', folder)))
  expect({ code, stdout, listeners }).toEqual({ code: 2, stdout: '', listeners: 0 })
  expect(stderr).toMatch(/^diqa-train: .*\n$/)
  return stderr.slice('diqa-train: '.length, -1).replaceAll(folder || '\0', '@')
}

describe('help', () => {
  test.each(['--help', '-h', 'help'])('%s lists the commands', async (word) => {
    const { code, stdout, stderr } = await diqaTrain([word])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    for (const [name, { does }] of Object.entries(commands)) expect(stdout).toMatch(`  ${name.padEnd(10)}  ${does}\n`)
  })

  test('nothing at all is wrong use, and gets the list', async () => {
    const { code, stdout } = await diqaTrain([])
    expect(code).toBe(2)
    expect(stdout).toContain('diqa-train COMMAND')
  })

  test.each(Object.entries(commands))('%s --help names its arguments and every flag', async (name, command) => {
    const { code, stdout, stderr } = await diqaTrain([name, '--help'])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toContain(
      `diqa-train ${[name, ...command.paths.map((path) => path.toUpperCase())].join(' ')} [flags]`,
    )
    expect(stdout).toContain(command.does)
    for (const [flag, { is }] of Object.entries(command.flags)) {
      expect(stdout).toMatch(new RegExp(`^ {2}--${flag} +${is.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}$`, 'm'))
    }
    expect((await diqaTrain([name, 'x', '-h'])).stdout).toBe(stdout)
  })
})

describe('the command line', () => {
  test.each([
    [
      'train x',
      'Expected one of prepare, judge, pretrain, finetune, head, average, calibrate, evaluate, budget, ladders, thresholds, ablate, search, export, quantise for the command but received "train".',
    ],
    [
      'toString x',
      'Expected one of prepare, judge, pretrain, finetune, head, average, calibrate, evaluate, budget, ladders, thresholds, ablate, search, export, quantise for the command but received "toString".',
    ],
    [
      'prepare biq2021 --out x',
      'Expected "diqa-train prepare KIND ROOT [flags]" but received "diqa-train prepare biq2021".',
    ],
    ['export a b', 'Expected "diqa-train export RUN [flags]" but received "diqa-train export a b".'],
    [
      'export a --outt b',
      'Expected one of --out, --id, --data, --ablation for "diqa-train export" but received "--outt".',
    ],
    ['export a -o b', 'Expected one of --out, --id, --data, --ablation for "diqa-train export" but received "-o".'],
    ['export a --out', 'Expected a value for --out but there is none.'],
    ['export a --out=', 'Expected a value for --out but there is none.'],
    ['export a --out --id x', 'Expected a value for --out but there is none.'],
    ['export a', 'Expected a value for --out but there is none.'],
    ['finetune a --resume=yes', 'Expected no value for --resume but received "yes".'],
  ])('%s', async (line, message) => {
    expect(await said(line)).toBe(message)
  })
})

describe('flags of a training run', () => {
  test.each([
    ['', 'Expected a number of at least 1 for --steps but there is none.'],
    ['--steps 0', 'Expected a number of at least 1 for --steps but received "0".'],
    ['--steps ten', 'Expected a number of at least 1 for --steps but received "ten".'],
    ['--steps 1.5', 'Expected a whole number for --steps but received "1.5".'],
    ['--steps 5 --side 20', 'Expected a multiple of 8 for --side but received 20.'],
    ['--steps 5 --side 4', 'Expected a number of at least 8 for --side but received "4".'],
    ['--steps 5 --optimiser sgd', 'Expected adam or nadam for --optimiser but received "sgd".'],
    ['--steps 5 --precision half', 'Expected float32 or bfloat16 for --precision but received "half".'],
    ['--steps 5 --engine cuda', 'Expected tensorflow or webgpu for --engine but received "cuda".'],
    [
      '--steps 5 --engine webgpu --precision bfloat16',
      'Expected float32 for --precision, for --engine webgpu, but received "bfloat16".',
    ],
    ['--steps 5 --rate -1', 'Expected a number of at least 0 for --rate but received "-1".'],
    ['--steps 5 --rate 0', 'Expected a number above 0 for --rate but received "0".'],
    ['--steps 5 --clip 0', 'Expected a number above 0 for --clip but received "0".'],
    ['--steps 5 --average 1', 'Expected 0 to less than 1 for --average but received "1".'],
    ['--steps 5 --validate-every 0', 'Expected a number of at least 1 for --validate-every but received "0".'],
    ['--steps 5 --validate-every 2.5', 'Expected a whole number for --validate-every but received "2.5".'],
    ['--steps 5 --resume', 'Expected a run to resume at @ but it holds no checkpoint.'],
  ])('%s', async (flags, message) => {
    const folder = join(await temporary(), 'run')
    for (const command of ['pretrain', 'finetune', 'head'].slice(0, flags.includes('--side') ? 2 : 3)) {
      expect(await said(`${command} @ ${flags}`.trim(), folder)).toBe(message)
    }
    expect(existsSync(folder)).toBe(false)
  })

  test('a folder that holds another run', async () => {
    const folder = await temporary()
    await writeFile(join(folder, 'checkpoint.bin'), '')
    expect(await said('finetune @ --steps 5', folder)).toBe(
      'Expected an empty run folder but @ holds a checkpoint: add --resume or choose another.',
    )
    expect(await said('average @ --from a --with b', folder)).toBe('Expected an empty run folder but @ holds a run.')
  })

  test('a folder that holds an average', async () => {
    const folder = await temporary()
    const run = new RunFolder(folder)
    run.writeConfig({ command: 'average', flags: {}, data: [] })
    run.save('best.bin', {}, {})
    for (const command of ['pretrain', 'finetune', 'head']) {
      expect(await said(`${command} @ --steps 5`, folder)).toBe(
        'Expected an empty run folder but @ holds an average: choose another.',
      )
    }
  })
})

describe('head', () => {
  test.each([
    ['', 'Expected a value for --from but there is none.'],
    ['--from x', 'Expected at least one --data FOLDER:PICTURES but there is none.'],
    ['--from x --data y', 'Expected FOLDER:PATCHES for --data but received "y".'],
    ['--dropout 1', 'Expected 0 to less than 1 for --dropout but received "1".'],
  ])('%s', async (flags, message) => {
    const folder = join(await temporary(), 'run')
    expect(await said(`head @ --steps 5 ${flags}`.trim(), folder)).toBe(message)
    expect(existsSync(folder)).toBe(false)
  })
})

describe('pretrain', () => {
  test('pairs from one place', async () => {
    const folder = join(await temporary(), 'run')
    expect(await said('pretrain @ --steps 5', folder)).toBe(
      'Expected --data or --recipe for the pairs but there is neither.',
    )
    expect(await said('pretrain @ --steps 5 --data a --recipe b', folder)).toBe(
      'Expected --data or --recipe for the pairs but there are both.',
    )
    expect(await said('pretrain @ --steps 5 --data a --batch 1', folder)).toBe(
      'Expected a number of at least 2 for --batch but received "1".',
    )
    expect(existsSync(folder)).toBe(false)
  })

  test('a recipe with room around its patches', async () => {
    const folder = await temporary()
    await mkdir(join(folder, 'pictures'))
    const recipe = { side: 48, variants: 1, seed: 1, sources: [{ name: 'set', root: 'r', licence: 'CC0' }] }
    await writeFile(join(folder, 'recipe.json'), JSON.stringify(recipe))
    const line = 'pretrain @/run --steps 5 --recipe @/recipe.json'
    expect(await said(line, folder)).toBe('Expected --root r=FOLDER for the pristine source "set" but there is none.')
    expect(await said(`${line} --root r`, folder)).toBe('Expected NAME=VALUE for --root but received "r".')
    expect(await said(`${line} --root r=@/pictures`, folder)).toBe(
      'Expected pictures of at least 48 x 48 pixels for the pristine source "set" but found none in @/pictures.',
    )
  })
})

describe('finetune', () => {
  test.each([
    ['', 'Expected at least one --data FOLDER:PATCHES but there is none.'],
    ['--data x', 'Expected FOLDER:PATCHES for --data but received "x".'],
    ['--data x:0', 'Expected FOLDER:PATCHES for --data but received "x:0".'],
    ['--data :5', 'Expected FOLDER:PATCHES for --data but received ":5".'],
    ['--data x:1.5', 'Expected FOLDER:PATCHES for --data but received "x:1.5".'],
    ['--val-images 1', 'Expected a number of at least 2 for --val-images but received "1".'],
    ['--patches 0', 'Expected a number of at least 1 for --patches but received "0".'],
    ['--dropout 1', 'Expected 0 to less than 1 for --dropout but received "1".'],
  ])('%s', async (flags, message) => {
    const folder = join(await temporary(), 'run')
    expect(await said(`finetune @ --steps 5 ${flags}`.trim(), folder)).toBe(message)
    expect(existsSync(folder)).toBe(false)
  })

  test('heads to keep', async () => {
    const folder = await temporary()
    await storeOf(join(folder, 'data'), [])
    const line = 'finetune @/run --steps 5 --data @/data:2 --keep-heads'
    expect(await said(line, folder)).toBe('Expected --from for --keep-heads but there is none.')
    expect(await said(`${line} --from @/x --without-statistics`, folder)).toBe(
      'Expected --keep-heads or --without-statistics but received both.',
    )
    expect(existsSync(join(folder, 'run'))).toBe(false)
  })

  test('a stage 1 that is not there is not made', async () => {
    const folder = await temporary()
    const store = await storeOf(join(folder, 'data'), [{ pixels: picture(32, 32, 1) }])
    store.close()
    const message = await said('finetune @/run --steps 5 --data @/data:2 --from @/typo', folder)
    expect(message).toMatch('Expected a checkpoint at @/typo/best.bin but could not read it (ENOENT')
    expect(existsSync(join(folder, 'typo'))).toBe(false)
  })
})

describe('judge', () => {
  test('no recipe', async () => {
    const folder = await temporary()
    expect(await said('judge @/missing.json --out @/out', folder)).toBe(
      "Expected a recipe at @/missing.json but could not read it (ENOENT: no such file or directory, open '@/missing.json').",
    )
    await writeFile(join(folder, 'recipe.json'), '{"side":48.5,"variants":1,"seed":1,"sources":[]}')
    expect(await said('judge @/recipe.json --out @/out', folder)).toBe(
      'Expected a recipe at @/recipe.json but could not read it (side is 48.5, not a whole number).',
    )
    await writeFile(join(folder, 'recipe.json'), '{"side":48,"variants":1,"kinds":["smear"],"seed":1,"sources":[]}')
    expect(await said('judge @/recipe.json --out @/out', folder)).toMatch(
      /^Expected a recipe at @\/recipe.json but could not read it \(kinds has "smear", not one of jpeg, .*, soft-chain, specks\)\.$/,
    )
    await writeFile(join(folder, 'recipe.json'), '{"side":48,"variants":1,"seed":1,"sources":[]}')
    expect(await said('judge @/recipe.json', folder)).toBe('Expected a value for --out but there is none.')
  })
})

describe('prepare', () => {
  test('what the data set refuses', async () => {
    const folder = await temporary()
    expect(await said('prepare lvie @ --out @/out', folder)).toBe(
      'Expected one of: live, tid2013, csiq, kadid10k, koniq10k, clive, biq2021, plain-csv for the kind of data set but found "lvie"',
    )
    expect(await said('prepare plain-csv @ --out @/out --option min', folder)).toBe(
      'Expected NAME=VALUE for --option but received "min".',
    )
    // Number('') is 0: a scale that nobody asked for.
    expect(await said('prepare plain-csv @ --out @/out --option min=', folder)).toBe(
      'Expected NAME=VALUE for --option but received "min=".',
    )
    expect(await said('prepare plain-csv @', folder)).toBe('Expected a value for --out but there is none.')
    expect(await said('prepare plain-csv @ --out @/out --val -1', folder)).toBe(
      'Expected a number of at least 0 for --val but received "-1".',
    )
  })
})

describe('what a finished run is needed for', () => {
  async function finished(command: string): Promise<string> {
    const folder = await temporary()
    const run = RunFolder.create(join(folder, 'run'))
    run.writeConfig({ command, flags: { steps: '5' }, data: [] })
    const weights = { 'hidden/kernel': new Float32Array(150 * HIDDEN), 'hidden/bias': new Float32Array(HIDDEN) }
    run.save('best.bin', weights, { step: 5, seconds: 1, pooled: UNCHANGED })
    return folder
  }

  test.each(['calibrate @', 'evaluate @', 'export @ --out @/out'])('%s: no such run', async (line) => {
    const folder = join(await temporary(), 'typo')
    expect(await said(line, folder)).toMatch('Expected a checkpoint at @/best.bin but could not read it (ENOENT')
    expect(existsSync(folder)).toBe(false)
  })

  test.each(['calibrate @/run', 'evaluate @/run', 'export @/run --out @/out'])(
    '%s: stage 1 scores nothing',
    async (line) => {
      expect(await said(line, await finished('pretrain'))).toBe(
        'Expected a run of finetune, head or average at @/run but it is one of pretrain.',
      )
    },
  )

  test.each([
    'calibrate @/run --data @/data',
    'export @/run --out @/out',
    'ladders --run @/run --photographs @/pictures --out @/l.csv',
  ])('%s: weights without one of the parts of the network', async (line) => {
    const folder = await finished('finetune')
    await storeOf(join(folder, 'data'), [{ pixels: picture(32, 32, 1), split: 'val' }])
    await mkdir(join(folder, 'pictures'))
    await open(picture(40, 40, 1))
      .png()
      .toFile(join(folder, 'pictures', 'a.png'))
    expect(await said(line, folder)).toBe(
      'Expected the weights "conv1/kernel" in the run at @/run but there are none: train it again with this version.',
    )
  })

  test.each([
    ['calibrate @/run --method median', 'Expected mean or quantile for --method but received "median".'],
    ['calibrate @/run --knots 1', 'Expected a number of at least 2 for --knots but received "1".'],
    ['calibrate @/run --max-pixels 9', 'Expected a number of at least 1024 for --max-pixels but received "9".'],
    ['quantise @/run', 'Expected at least one --data but there is none.'],
    ['calibrate @/run', 'Expected at least one --data with a val split but there is none.'],
    ['evaluate @/run --split train', 'Expected val, test or all for --split but received "train".'],
    ['evaluate @/run --max-pixels 9', 'Expected a number of at least 1024 for --max-pixels but received "9".'],
    ['evaluate @/run', 'Expected at least one --data but there is none.'],
    [
      'evaluate @/run --data @/data --data @/data --against @/a.csv',
      'Expected one --data beside --against but received 2.',
    ],
    ['budget @/run --data @/data', 'Expected a value for --out but there is none.'],
    ['budget @/run --out @/b.svg', 'Expected a value for --data but there is none.'],
    ['budget @/run --split all --out @/b.svg', 'Expected val or test for --split but received "all".'],
    ['budget @/run --data @/data --out @/b.svg', 'Expected at least 10 images for --split val in @/data but found 1.'],
    [
      'export @/run --out @/out --ablation @/a.json',
      "Expected an ablation.json at @/a.json but could not read it (ENOENT: no such file or directory, open '@/a.json').",
    ],
    ['evaluate @/run --data @/data', 'Expected at least 10 images for --split val in @/data but found 1.'],
  ])('%s', async (line, message) => {
    const folder = await finished('finetune')
    await storeOf(join(folder, 'data'), [{ pixels: picture(32, 32, 1), split: 'val' }])
    expect(await said(line, folder)).toBe(message)
  })
})

async function pictured(): Promise<string> {
  const folder = await temporary()
  await open(picture(40, 40, 1))
    .png()
    .toFile(join(folder, 'a.png'))
  return folder
}

describe('ladders', () => {
  test.each([
    ['ladders --photographs @', 'Expected a value for --out but there is none.'],
    ['ladders --out @/l.csv', 'Expected a picture in --photographs or --graphics but found none.'],
    ['ladders --out @/l.csv --graphics @', 'Expected PNG, WebP or TIFF pictures but found none in @.'],
    ['ladders --out @/l.csv --warn x', 'Expected a number of at least 0 for --warn but received "x".'],
    ['ladders --out @/l.csv --max-pixels 9', 'Expected a number of at least 1024 for --max-pixels but received "9".'],
    ['thresholds @/l.csv', 'Expected a value for --out but there is none.'],
    ['thresholds @/l.csv --out @/t.svg --every 0', 'Expected a number of at least 1 for --every but received "0".'],
  ])('%s', async (line, message) => {
    expect(await said(line, await temporary())).toBe(message)
  })

  test('a folder for the scores is made, or known to be none, before the scoring', async () => {
    const folder = await pictured()
    const line = 'ladders --photographs @ --judge no-such-judge --out @'
    expect(await said(`${line}/a.png/l.csv`, folder)).toMatch(
      /^Expected a file to write for --out but the folder of @\/a\.png\/l\.csv cannot be made \((EEXIST|ENOTDIR)\)\.$/,
    )
    expect(await said(`${line}/new/l.csv`, folder)).toMatch('Expected the SSIMULACRA2 command "no-such-judge" to run')
    expect(existsSync(join(folder, 'new'))).toBe(true)
  })

  test('two models, or earlier judgements that are not there', async () => {
    const folder = await pictured()
    const line = 'ladders --photographs @ --out @/l.csv'
    expect(await said(`${line} --run @/run --model @/model`, folder)).toBe(
      'Expected --run or --model but there are both.',
    )
    expect(await said(`${line} --judged @/old.csv`, folder)).toMatch(
      'Expected a table of "diqa-train ladders" for @/old.csv but found ENOENT',
    )
  })
})

describe('training many times', () => {
  test.each([
    ['', 'Expected at least one --data FOLDER:PATCHES but there is none.'],
    ['--data x', 'Expected FOLDER:PATCHES for --data but received "x".'],
    ['--data x:0', 'Expected FOLDER:PATCHES for --data but received "x:0".'],
    ['--data x:4', 'Expected a number of at least 1 for --steps but there is none.'],
    ['--data x:4 --steps 0', 'Expected a number of at least 1 for --steps but received "0".'],
    ['--data x:4 --steps 9 --stage1-steps 0', 'Expected a number of at least 1 for --stage1-steps but received "0".'],
  ])('%s', async (flags, message) => {
    const folder = join(await temporary(), 'many')
    for (const command of ['ablate', 'search']) expect(await said(`${command} @ ${flags}`.trim(), folder)).toBe(message)
    expect(existsSync(folder)).toBe(false)
  })

  test.each([
    ['ablate @ --data x:4 --steps 9', 'Expected a value for --pairs but there is none.'],
    ['search @ --data x:4 --steps 9 --trials 0', 'Expected a number of at least 1 for --trials but received "0".'],
    ['search @ --data x:4 --steps 9 --side 20', 'Expected a multiple of 8 for --side but received "20".'],
  ])('%s', async (line, message) => {
    expect(await said(line, await temporary())).toBe(message)
  })

  test('a search goes on with the flags that it began with', async () => {
    const folder = await temporary()
    await writeFile(join(folder, 'search.json'), JSON.stringify({ plan: { trials: 9 }, results: [] }))
    expect(await said('search @ --data x:4 --steps 9', folder)).toBe(
      'Expected the flags that the search at @ began with: choose another folder.',
    )
  })
})
