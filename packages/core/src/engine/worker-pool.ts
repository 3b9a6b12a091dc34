import { Worker } from 'node:worker_threads'
import type { Reply, TaskName, Tasks, WorkerSetup } from './messages.js'

interface Job {
  name: TaskName
  input: unknown
  transfer: ArrayBuffer[]
  resolve: (output: never) => void
  reject: (error: Error) => void
}

export const DISPOSED = 'Expected an open scorer but it was disposed.'

/**
 * Worker threads that decode and prepare images and run the network, each one task at a time.
 *
 * Our own rather than a library's, because the worker's file must be found when a bundler has copied the caller.
 * A worker that dies takes its task with it, and no other: a new one takes its place.
 */
export class WorkerPool {
  readonly #idle: Worker[] = []
  readonly #busy = new Map<Worker, Job>()
  readonly #queue: Job[] = []
  #closed = false

  constructor(
    readonly size: number,
    readonly entry: URL,
    readonly setup: WorkerSetup,
  ) {}

  /**
   * @param transfer buffers that move to the worker: the caller's are empty afterwards
   * @throws Error (rejects) with one sentence when the task failed or its worker died
   */
  run<N extends TaskName>(
    name: N,
    input: Tasks[N]['input'],
    transfer: ArrayBuffer[] = [],
  ): Promise<Tasks[N]['output']> {
    if (this.#closed) return Promise.reject(new Error(DISPOSED))
    return new Promise((resolve, reject) => {
      this.#queue.push({ name, input, transfer, resolve, reject })
      this.#next()
    })
  }

  async close(): Promise<void> {
    this.#closed = true
    for (const job of this.#queue.splice(0)) job.reject(new Error(DISPOSED))
    await Promise.all([...this.#idle, ...this.#busy.keys()].map((worker) => worker.terminate()))
  }

  #next(): void {
    if (this.#queue.length === 0) return
    const worker = this.#idle.pop() ?? (this.#busy.size < this.size ? this.#start() : undefined)
    if (!worker) return
    const job = this.#queue.shift()!
    this.#busy.set(worker, job)
    // A worker at work keeps the process alive; an idle one must not.
    worker.ref()
    try {
      worker.postMessage({ name: job.name, input: job.input }, job.transfer)
    } catch (error) {
      this.#free(worker)
      const why = (error as Error).message.replace(/\.$/, '')
      job.reject(new Error(`Expected to send an image to a worker thread but could not (${why}).`))
      this.#next()
    }
  }

  #free(worker: Worker): void {
    this.#busy.delete(worker)
    worker.unref()
    this.#idle.push(worker)
  }

  #start(): Worker {
    // The parent's flags are for the parent: some, like --input-type, no worker accepts.
    const worker = new Worker(this.entry, { workerData: this.setup, execArgv: [], stdout: false, stderr: false })
    worker.on('message', (reply: Reply) => {
      const job = this.#busy.get(worker)!
      if ('error' in reply) {
        job.reject(new Error(reply.error))
        // It may be in no state to go on: a WebAssembly module that ran out of memory fails ever after.
        this.#busy.delete(worker)
        worker.terminate()
      } else {
        job.resolve(reply.output as never)
        this.#free(worker)
      }
      this.#next()
    })
    worker.on('error', (error) => this.#lose(worker, `it threw "${error.message}"`))
    worker.on('exit', (code) => this.#lose(worker, `it ended with code ${code}`))
    return worker
  }

  /** Called twice for an uncaught error: by it, and by the exit that follows. */
  #lose(worker: Worker, how: string): void {
    const idle = this.#idle.indexOf(worker)
    if (idle >= 0) this.#idle.splice(idle, 1)
    const job = this.#busy.get(worker)
    this.#busy.delete(worker)
    job?.reject(new Error(this.#closed ? DISPOSED : `Expected a worker thread to finish its image but ${how}.`))
    if (!this.#closed) this.#next()
  }
}
