#!/usr/bin/env node
import process from 'node:process'
import { run } from '../dist/run.js'

await run(process)
