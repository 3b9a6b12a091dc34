import { rspack } from '@rspack/core'
import { rspack as rspack1 } from 'rspack-1'
import { describe } from 'vitest'
import type { Configuration, WebpackPluginInstance } from 'webpack'
import diqa from '../src/rspack.js'
import { type Family, testFamily } from './support/family-suite.js'
import type { Bundler, Plugin } from './support/webpack-family.js'

type Copied = Parameters<Family['copy']>[0]

describe.each([
  ['2', rspack],
  ['1', rspack1 as unknown as typeof rspack],
])('Rspack %s', (version, bundler) => {
  testFamily({
    bundler: bundler as unknown as Bundler,
    diqa: diqa as unknown as Plugin,
    css: {
      module: { rules: [{ test: /\.css$/, type: 'css' }] },
      ...(version === '1' ? { experiments: { css: true } } : {}),
    },
    cache: ({ at }) => {
      const cache = { type: 'persistent', storage: { type: 'filesystem', directory: at('.bundler-cache') } }
      return (version === '1' ? { cache: true, experiments: { cache } } : { cache }) as Configuration
    },
    cacheFolder: 'node_modules/.cache',
    copy: (patterns: Copied) => new bundler.CopyRspackPlugin({ patterns }) as unknown as WebpackPluginInstance,
  })
})
