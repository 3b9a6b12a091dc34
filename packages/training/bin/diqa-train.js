#!/usr/bin/env node
import process from 'node:process'
import { run } from '../dist/run-command.js'

process.exitCode = await run(process)
