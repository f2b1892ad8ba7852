/** A small scene made by code: stripes and discs whose bands differ. */
import { type TrainingScene, trainingScene } from '../src/data/scene.js';

export function madeScene({
  name = 'made',
  height = 96,
  width = 64,
  bands = 3,
  ratio = 4,
  phase = 0,
} = {}): TrainingScene {
  const size = height * width;
  const reference = new Float32Array(bands * size);
  const pan = new Float32Array(size);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const disc = (x % 17) ** 2 + (y % 13) ** 2 < 60 ? 1 : 0;
      for (let b = 0; b < bands; b++) {
        const value =
          300 + 40 * b + 90 * Math.sin((x + 2 * y + phase) / (3 + b)) + (120 - 50 * b) * disc;
        reference[b * size + y * width + x] = value;
        pan[y * width + x] += value / bands;
      }
    }
  }
  return trainingScene({
    name,
    pan: { bands: 1, height, width, data: pan },
    reference: { bands, height, width, data: reference },
    ratio,
    gains: new Array(bands).fill(0.3),
    scale: 2047,
  });
}
