import type { EventEmitter } from 'node:events'

/** The levels of gulp's log. */
export type Level = 'info' | 'warn' | 'error'

// gulp-cli 3 and gulp-cli 2 listen on different emitters, and no version of the package gulplog reaches both without a
// warning (https://github.com/gulpjs/gulplog/issues/17). Each keeps its own under one of these.
const STORES = [Symbol.for('sparkles:store'), 'store@sparkles']

/** Says something in gulp's own log, where `--silent` and `-L` decide what is shown; without gulp's command, on the console. */
export function log(level: Level, text: string): void {
  const gulp = gulpLog()
  if (!gulp) console[level](text)
  else if (gulp.listenerCount(level) > 0) gulp.emit(level, text)
}

function gulpLog(): EventEmitter | undefined {
  const stores = globalThis as unknown as Record<PropertyKey, { gulplog?: EventEmitter } | undefined>
  const logs = STORES.map((store) => stores[store]?.gulplog)
  // Even --silent listens to errors.
  return logs.find((emitter) => emitter !== undefined && emitter.listenerCount('error') > 0)
}
