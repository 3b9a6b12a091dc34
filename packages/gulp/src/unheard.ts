import type { Writable } from 'node:stream'

/**
 * Streams that pipe to another listen to its errors. Node's pass on what nobody else hears, so that it ends the task with its
 * message; those of Gulp 5 (streamx) keep it, and the task neither fails nor ends.
 *
 * @returns to be called when the stream has failed and not said so yet: frees an error that nobody else would hear
 */
export function unheard(stream: Writable): () => void {
  let sources = 0
  stream.on('pipe', () => {
    sources += 1
  })
  stream.on('unpipe', () => {
    sources -= 1
  })
  return () => {
    if (stream.listenerCount('error') <= sources) stream.removeAllListeners('error')
  }
}
