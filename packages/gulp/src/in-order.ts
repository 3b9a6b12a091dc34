import { Transform } from 'node:stream'
import { unheard } from './unheard.js'

/** What {@link inOrder} does with the files that come. */
export interface InOrder<File> {
  /** Files worked on at a time. */
  atOnce?: number
  /** May change the file; it is handed on afterwards. */
  work(file: File): void | Promise<void>
  /** When all files have been handed on. */
  finish?(): void | Promise<void>
  /** When the stream has ended or failed. */
  close?(): Promise<void>
}

/** A stream that hands files on in the order they came, however long the work on each takes. */
export function inOrder<File>({ atOnce = 1, work, finish, close }: InOrder<File>): Transform {
  let last = Promise.resolve()
  let working = 0
  let goOn: (() => void) | undefined
  const stream = new Transform({
    objectMode: true,
    transform(file: File, _encoding, done) {
      const worked = Promise.resolve(file).then(work)
      // It is told in its turn; until then it is no unhandled rejection.
      worked.catch(() => {})
      working += 1
      last = last
        .then(() => worked)
        .then(() => {
          this.push(file)
          working -= 1
          const next = goOn
          goOn = undefined
          next?.()
        })
      last.catch((error) => this.destroy(error))
      // The stream itself waits for its reader, if need be, before it passes us another file.
      if (working < atOnce) done()
      else goOn = done
    },
    flush(done) {
      last.then(finish).then(() => done(), done)
    },
    destroy(error, done) {
      Promise.resolve(close?.())
        .finally(freeError)
        .then(() => done(error), done)
    },
  })
  const freeError = unheard(stream)
  return stream
}
