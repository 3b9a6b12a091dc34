import { type ScoreIdentity, scoreIdentity } from '@diqa/core/light'
import { cacheFolder } from '../cache/open-cache.js'
import type { ResolvedOptions } from '../config/resolve-options.js'
import { PictureMaker, type PictureMakerOptions } from './picture-maker.js'
import type { PictureSource } from './pictures.js'

type Options = Pick<ResolvedOptions, 'root' | 'cache' | 'scorer'>

/** Pictures for a report whose images are elsewhere: those that the cache has, and what lies at the report's paths. */
export function cachedPictures(options: Options): PictureSource {
  let identity: ScoreIdentity | undefined
  const maker = new PictureMaker({
    ...pictureOptions(options),
    identity() {
      identity ??= scoreIdentity(options.scorer)
      return identity.digest
    },
  })
  return (report) => maker.pictures(report)
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
