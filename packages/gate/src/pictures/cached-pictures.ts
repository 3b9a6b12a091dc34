import { type ScoreIdentity, scoreIdentity } from '@diqa/core/light'
import { cacheFolder } from '../cache/open-cache.js'
import type { ResolvedOptions } from '../config/resolve-options.js'
import type { PictureMaker, PictureMakerOptions } from './picture-maker.js'
import type { PictureSource } from './pictures.js'

type Options = Pick<ResolvedOptions, 'root' | 'cache' | 'scorer'>

/** Pictures for a report whose images are elsewhere: those that the cache has, and what lies at the report's paths. */
export function cachedPictures(options: Options): PictureSource {
  let identity: ScoreIdentity | undefined
  const maker = pictureMaker({
    ...pictureOptions(options),
    identity() {
      identity ??= scoreIdentity(options.scorer)
      return identity.digest
    },
  })
  return async (report) => (await maker()).pictures(report)
}

/** Makes the maker of pictures when it is first asked for: few reports show any, and every build loads this. */
export function pictureMaker(options: PictureMakerOptions): () => Promise<PictureMaker> {
  let made: Promise<PictureMaker> | undefined
  return () => {
    made ??= import('./picture-maker.js').then(({ PictureMaker }) => new PictureMaker(options))
    return made
  }
}

/** What the options say of pictures. */
export function pictureOptions(
  { root, cache, scorer }: Options,
  directory?: string,
): Pick<PictureMakerOptions, 'root' | 'folder' | 'limitInputPixels'> {
  const { limitInputPixels } = scorer
  const folder = cache ? { directory: cacheFolder(cache, root, directory), retention: cache.retention } : undefined
  return { root, folder, limitInputPixels }
}
