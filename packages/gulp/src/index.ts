import { failAfterError, failOnError } from './fail.js'
import { format } from './format.js'
import { scoreFiles } from './score-files.js'

export type { DiqaOptions } from '@diqa/gate'
export type { ImageQuality, VinylFile } from './image-quality.js'

/**
 * Scores the images of a stream and hands every file on as it came, with the result as its `imageQuality`.
 *
 * Says nothing of bad images by itself: {@link format}, {@link failOnError} and {@link failAfterError} do.
 *
 * @example
 * src('src/img/**', { encoding: false }).pipe(diqa()).pipe(diqa.format()).pipe(diqa.failAfterError())
 */
const diqa = Object.assign(scoreFiles, { format, failOnError, failAfterError })

// require('gulp-diqa') gives the function itself: gulpfiles are CommonJS more often than not.
export { diqa, diqa as 'module.exports', diqa as default, failAfterError, failOnError, format }
