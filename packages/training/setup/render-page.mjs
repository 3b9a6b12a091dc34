import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'

const run = promisify(execFile)

/**
 * Renders HTML files in headless Chromium, one at a time.
 *
 * @param {string} chromium the command
 * @returns `render(file, [width, height, pixels to a CSS pixel], out, flags)`, and `close` for when all is done
 */
export async function pageRenderer(chromium) {
  const profile = await mkdtemp(join(tmpdir(), 'diqa-pages-'))
  return {
    render: (file, [width, height, scale], out, flags = []) =>
      run(chromium, [
        '--headless',
        '--no-sandbox',
        '--disable-gpu',
        '--hide-scrollbars',
        `--user-data-dir=${profile}`,
        `--window-size=${width},${height}`,
        `--force-device-scale-factor=${scale}`,
        ...flags,
        `--screenshot=${resolve(out)}`,
        pathToFileURL(resolve(file)).href,
      ]),
    close: () => rm(profile, { recursive: true, force: true }),
  }
}
