const { dest, src } = require('gulp')
const diqa = require('gulp-diqa')

exports.default = () =>
  src('src/**/*.jpg', { encoding: false })
    .pipe(diqa())
    .pipe(diqa.format())
    .pipe(diqa.failAfterError())
    .pipe(dest('dist'))
