import { type ChildProcess, fork } from 'node:child_process'
import { join } from 'node:path'
import { packageFolder } from '../location.js'
import type { Question } from './probe-child.js'

/** What is known of a way to run the network on this machine. */
export type Finding = Works | Fails

interface Works {
  works: true
  /** Milliseconds a megapixel that the network looks at, with all threads at work. */
  msPerMegapixel: number
  /** The device, where it turned out to be a GPU in software. */
  software?: string
}

interface Fails {
  works: false
  /** One sentence. */
  reason: string
}

/** A new graphics card's kernels are compiled at the first operation. */
const TIME_LIMIT_MS = 90_000

/**
 * Tries a way to run the network in a process of its own, because a driver that is broken takes its process with it, or
 * never answers. Never rejects.
 */
export function probe(question: Question, timeLimit = TIME_LIMIT_MS, entry = childEntry()): Promise<Finding> {
  return new Promise((resolve) => {
    const fail = (how: string) =>
      resolve({ works: false, reason: `Expected an answer to a known question but ${how}.` })
    const failToStart = ({ message }: Error) => fail(`the process for it did not start (${message})`)
    let child: ChildProcess
    try {
      child = start(question, entry)
    } catch (error) {
      // Node tells of some reasons by an event, and throws others: when memory is short, say.
      failToStart(error as Error)
      return
    }
    let answer: Finding | undefined
    const clock = setTimeout(() => {
      const late = `within ${timeLimit / 1000} seconds`
      fail(answer ? `its process did not end ${late}` : `there was none ${late}`)
      child.kill('SIGKILL')
    }, timeLimit)
    child.on('message', (message: Finding) => {
      answer = message
    })
    child.on('error', (error) => {
      clearTimeout(clock)
      failToStart(error)
    })
    // Only now: what works but cannot end would let a build fail when all is done.
    child.on('exit', (code, signal) => {
      clearTimeout(clock)
      if (signal ?? code) fail(`its process ${answer?.works ? 'did so and then ' : ''}ended with ${signal ?? code}`)
      else if (answer) resolve(answer)
      else fail('its process ended without one')
    })
  })
}

function start(question: Question, entry: string): ChildProcess {
  return fork(entry, [JSON.stringify(question)], {
    // A library's messages are not for the build's output.
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    execArgv: [],
    env: { ...process.env, NODE_OPTIONS: '' },
  })
}

const childEntry = () => join(packageFolder(), 'dist', 'engine', 'probe-child.js')
