export { direct } from './direct'
export { pool } from './pool'
export { winograd } from './winograd'
