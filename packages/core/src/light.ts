/** What can be had without loading sharp or the network: for programs that may have nothing to score. */
export { cacheDirectory } from './cache-directory.js'
export { DEFAULTS, RANGES } from './defaults.js'
export { DEVICES, ENGINES } from './engine/choices.js'
export { type ScoreIdentity, scoreIdentity } from './identity.js'
export { FAULTS } from './model/architecture.js'
export { type Fault, LABELS, type Label, label } from './model/quality.js'
export { kindOf, shown, UsageError } from './usage-error.js'
