import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Pixels } from '@diqa/core/model'
import sharp from 'sharp'

const run = promisify(execFile)

/**
 * SSIMULACRA2 as a command: `COMMAND image REFERENCE DISTORTED` prints `Score: N`, at most 100, 90 visually lossless.
 * `cargo install ssimulacra2_rs --no-default-features` builds it. Users of the weights never need it.
 */
export class Judge {
  #count = 0

  private constructor(
    readonly command: string,
    readonly folder: string,
  ) {}

  static async create(command: string): Promise<Judge> {
    try {
      await run(command, ['--version'])
    } catch (error) {
      throw new Error(
        `Expected the SSIMULACRA2 command "${command}" to run but it did not (${(error as Error).message.split('\n')[0]}): run "cargo install ssimulacra2_rs --no-default-features".`,
      )
    }
    return new Judge(command, await mkdtemp(join(tmpdir(), 'diqa-judge-')))
  }

  /** Writes a picture to where {@link score} can find it. */
  async keep(picture: Pixels): Promise<string> {
    const { data, width, height, channels } = picture
    const file = join(this.folder, `${this.#count++}.png`)
    await sharp(data, { raw: { width, height, channels } }).png({ compressionLevel: 1 }).toFile(file)
    return file
  }

  /** Removes what {@link keep} wrote. */
  async forget(file: string): Promise<void> {
    await rm(file, { force: true })
  }

  /** SSIMULACRA2 of a picture: at most 100, and far below 0 for what is ruined. */
  async score(reference: string, picture: Pixels): Promise<number> {
    const file = await this.keep(picture)
    const stdout = await this.#output(['image', reference, file])
    await rm(file)
    const score = Number(/-?\d+(\.\d+)?\s*$/.exec(stdout.trim())?.[0])
    if (!Number.isFinite(score))
      throw new Error(`Expected a score from "${this.command}" but it printed "${stdout.trim()}".`)
    return Math.min(100, score)
  }

  async #output(args: string[]): Promise<string> {
    try {
      return (await run(this.command, args)).stdout
    } catch (error) {
      const { message, stderr = '' } = error as Error & { stderr?: string }
      const said = stderr.trim().split('\n').at(-1) || message.split('\n')[0]
      throw new Error(`Expected a score from "${this.command}" but it failed (${said}).`)
    }
  }

  async close(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true })
  }
}
