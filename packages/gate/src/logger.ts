/** Where an adapter's bundler takes messages that only matter to someone who looks for them. */
export interface Logger {
  debug(message: string): void
}
