export { type Calibration, type CalibrationOptions, fitCalibration } from './calibrate.js'
export {
  compare,
  type Difference,
  type Differences,
  type EvaluateOptions,
  type Evaluation,
  evaluate,
  type Figures,
  type GroupFigures,
} from './evaluate.js'
export { type FaultAccuracy, type FaultAccuracyOptions, faultAccuracy } from './fault-accuracy.js'
export {
  bootstrapDifference,
  bootstrapGroups,
  bootstrapInterval,
  type Interval,
  type IntervalOptions,
  type Measure,
} from './intervals.js'
export { krcc } from './krcc.js'
export { fitLogistic, type Logistic } from './logistic.js'
export { meanCalibration } from './mean-calibration.js'
export type { Numbers } from './pairs.js'
export { plcc, plccAfterLogistic } from './plcc.js'
export { fitRidge, fitRidges, predictRidge, type Ridge } from './ridge.js'
export { rmse } from './rmse.js'
export { srcc } from './srcc.js'
export { fitStatisticsRidge, type JudgedRows, RIDGE_KINDS, type RidgeKind } from './statistics-ridge.js'
