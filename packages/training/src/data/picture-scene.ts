/** A picture to train super-resolution on: itself the reference, made small as MATLAB's imresize does. */

import type { Raster } from '@bandweave/image';
import { type TrainingScene, trainingScene } from './scene.js';

export interface PictureParts extends Pick<TrainingScene, 'name' | 'ratio' | 'scale' | 'rights'> {
  readonly picture: Raster;
}

/**
 * There is no PAN: networks that enlarge never look at it, and it is dark here. The picture is cut
 * to multiples of the ratio.
 *
 * @throws InputError where it is smaller than eight coarse pixels a side
 */
export function pictureScene({ picture, ...facts }: PictureParts): TrainingScene {
  const { bands, height, width } = picture;
  const pan = { bands: 1, height, width, data: new Float32Array(height * width) };
  return trainingScene({
    ...facts,
    pan,
    reference: picture,
    gains: new Array<number>(bands).fill(0.3),
    reduction: 'bicubic',
  });
}
