import CopyPlugin from 'copy-webpack-plugin'
import MiniCssExtractPlugin from 'mini-css-extract-plugin'
import webpack from 'webpack'
import diqa from '../src/webpack.js'
import { testFamily } from './support/family-suite.js'
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
