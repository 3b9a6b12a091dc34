#!/usr/bin/env node
// CommonJS, because Node reads how many threads it may use when it first uses one, and it does so to load a module.
const { availableParallelism } = require('node:os')

// Images are decoded on these threads, four by default: too few to keep many processors and a GPU busy.
process.env.UV_THREADPOOL_SIZE ??= String(Math.max(4, Math.ceil(availableParallelism() / 2)))

import('../dist/run.js').then(({ run }) => run(process))
