/** How the plugins are named in a bundler's messages. */
export const NAME = 'unplugin-diqa'
