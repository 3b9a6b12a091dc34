const { dest, src } = require('gulp')
const diqa = require('gulp-diqa')

exports.default = () =>
  src('src/**/*.jpg', { encoding: false })
    .pipe(diqa({ rules: [{ files: '**/*', error: 70 }] }))
    .pipe(diqa.format())
    .pipe(diqa.failAfterError())
    .pipe(dest('dist'))
