import { type Collector, type GateResult, writeReports } from '@diqa/gate'

/** Writes the reports. @returns why one could not be written: that must take none of the messages with it */
export function unwritten({ options }: Collector, result: GateResult): Promise<Error | undefined> {
  return writeReports(options.root, result, options).then(
    () => undefined,
    (error: Error) => error,
  )
}
