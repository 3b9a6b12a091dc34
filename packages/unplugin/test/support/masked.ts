/** A message without what differs from model to model: score, label, advice, hashes of names; and without Rspack's frame. */
export function masked(message: string): string {
  return message
    .replace(/^ *[⚠×│] /gmu, '')
    .replace(/\d+(?:\.\d+)? \((?:bad|poor|fair|good|excellent)\)/g, 'N (label)')
    .replace(/(\(rule "[^"]*"\)\.)(?: (?!The same)[^.\n]*\.)*/g, '$1')
    .replace(/\.[\da-f]{8}(?=\.)/g, '.HASH')
    .replace(/#[\da-f]{8}(?=\.)/g, '#HASH')
}
