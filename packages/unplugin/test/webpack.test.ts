import { setTimeout as sleep } from 'node:timers/promises'
import type { Report } from '@diqa/gate'
import CopyPlugin from 'copy-webpack-plugin'
import MiniCssExtractPlugin from 'mini-css-extract-plugin'
import { expect, test } from 'vitest'
import webpack from 'webpack'
import diqa from '../src/webpack.js'
import { joinBuild } from '../src/webpack-family/shared-build.js'
import { testFamily } from './support/family-suite.js'
import { project } from './support/project.js'
import type { Bundler } from './support/webpack-family.js'

const bundler = webpack as unknown as Bundler

testFamily({
  bundler,
  diqa,
  css: {
    module: { rules: [{ test: /\.css$/, use: [MiniCssExtractPlugin.loader, 'css-loader'] }] },
    plugins: [new MiniCssExtractPlugin()],
  },
  cache: ({ at }) => ({ cache: { type: 'filesystem', cacheDirectory: at('.bundler-cache') } }),
  cacheFolder: '.bundler-cache',
  copy: (patterns) => new CopyPlugin({ patterns }),
})

test('a report that waits for another one to be written is of the images that there were when it was asked for', async () => {
  const site = await project({}, {})
  const seen: unknown[] = []
  const format = async (report: Report | undefined) => {
    seen.push(report?.images.length)
    await sleep(20)
    return 'a report'
  }
  const build = joinBuild({ cache: false, onNoImages: 'off', reports: [{ format, file: 'diqa.txt' }] }, site.root)
  const scope = build.enter()
  build.begin(scope, {})
  await build.finish(scope)
  const written = [build.writeReports(), build.writeReports()]
  await sleep(5)
  // The watcher builds again.
  build.begin(scope, {})
  await Promise.all(written)
  expect(seen).toEqual([0, 0])
})
