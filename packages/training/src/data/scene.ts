/**
 * A scene to train on: the original MS as the reference and PAN reduced to its grid. The coarse MS
 * is made of the reference anew each time, so that its blur can vary (Wald, Ranchin, Mangolini 1997).
 */

import { createHash } from 'node:crypto';
import { InputError, type Raster } from '@bandweave/image';

export interface TrainingScene {
  readonly name: string;
  /** [guides, height, width], on the reference's grid: PAN, or a guide of several bands. */
  readonly pan: Raster<Float32Array>;
  /** [bands, height, width] */
  readonly reference: Raster<Float32Array>;
  /** [height, width], 0 where PAN or a band holds no data; absent where all is there. */
  readonly mask?: Uint8Array;
  /** Whole number from 2 on. */
  readonly ratio: number;
  /** MTF gain at Nyquist, one a band. */
  readonly gains: readonly number[];
  /**
   * How the coarse image is made: by the MTF and every ratio-th pixel (the default), or by
   * antialiased bicubic interpolation, as super-resolution is trained.
   */
  readonly reduction?: 'mtf' | 'bicubic';
  /** What a network sees as 1 where samples are divided by the sensor's range. */
  readonly scale: number;
  /** Who may use the pixels, as the data's owner says it. */
  readonly rights?: string;
}

export interface SceneParts extends Omit<TrainingScene, 'pan' | 'reference' | 'mask'> {
  readonly pan: Raster;
  readonly reference: Raster;
}

/**
 * A scene of rasters in memory, cut to multiples of the ratio; empty pixels take the mean of their
 * band, so that filters do not carry them into others. Pixels are shared between threads.
 *
 * @throws InputError where PAN and reference differ in size, or are smaller than eight coarse pixels
 */
export function trainingScene({ pan, reference, ...facts }: SceneParts): TrainingScene {
  const { name, ratio } = facts;
  if (pan.height !== reference.height || pan.width !== reference.width) {
    throw new InputError(
      `${name}: expected PAN on the reference's ${reference.height}x${reference.width} pixels, got ${pan.height}x${pan.width}; reduce it first (bandweave simulate).`,
    );
  }
  const height = Math.floor(reference.height / ratio) * ratio;
  const width = Math.floor(reference.width / ratio) * ratio;
  if (Math.min(height, width) < 8 * ratio) {
    throw new InputError(
      `${name}: expected at least ${8 * ratio} pixels a side at ratio ${ratio}, got ${reference.height}x${reference.width}; take a larger scene.`,
    );
  }
  const mask = validBoth(pan, reference, { height, width });
  return {
    ...facts,
    pan: shared(pan, { height, width }, mask),
    reference: shared(reference, { height, width }, mask),
    ...(mask ? { mask } : {}),
  };
}

interface Size {
  readonly height: number;
  readonly width: number;
}

function validBoth(
  pan: Raster,
  reference: Raster,
  { height, width }: Size,
): Uint8Array | undefined {
  const mask = new Uint8Array(new SharedArrayBuffer(height * width)).fill(1);
  let missing = false;
  for (const raster of [pan, reference]) {
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const at = y * raster.width + x;
        let valid = raster.mask?.[at] !== 0;
        for (let b = 0; valid && b < raster.bands; b++) {
          valid = Number.isFinite(raster.data[b * raster.height * raster.width + at]);
        }
        if (valid) continue;
        mask[y * width + x] = 0;
        missing = true;
      }
    }
  }
  return missing ? mask : undefined;
}

function shared(raster: Raster, { height, width }: Size, mask: Uint8Array | undefined) {
  const { bands } = raster;
  const data = new Float32Array(new SharedArrayBuffer(4 * bands * height * width));
  for (let b = 0; b < bands; b++) {
    let sum = 0;
    let count = 0;
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const value = raster.data[(b * raster.height + y) * raster.width + x];
        data[(b * height + y) * width + x] = value;
        if (mask?.[y * width + x] === 0) continue;
        sum += value;
        count++;
      }
    }
    if (!mask) continue;
    const mean = count > 0 ? sum / count : 0;
    for (let i = 0; i < height * width; i++) if (mask[i] === 0) data[b * height * width + i] = mean;
  }
  return { bands, height, width, data };
}

/** SHA-256 over names, sizes and pixels of all scenes: which data weights were trained on. */
export function dataHash(scenes: readonly TrainingScene[]): string {
  const hash = createHash('sha256');
  for (const { name, pan, reference, ratio, gains, reduction } of scenes) {
    const { bands, height, width } = reference;
    const other = reduction === 'bicubic' ? [reduction] : [];
    hash.update(JSON.stringify([name, bands, height, width, ratio, gains, ...other]));
    for (const { data } of [pan, reference]) {
      hash.update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
    }
  }
  return hash.digest('hex');
}

/** A rectangle of a scene as a scene of its own. */
export function cutScene(
  scene: TrainingScene,
  { row, col, height, width }: { row: number; col: number; height: number; width: number },
): TrainingScene {
  const cut = (raster: Raster<Float32Array>) => {
    const data = new Float32Array(new SharedArrayBuffer(4 * raster.bands * height * width));
    for (let b = 0; b < raster.bands; b++) {
      for (let y = 0; y < height; y++) {
        const from = (b * raster.height + row + y) * raster.width + col;
        data.set(raster.data.subarray(from, from + width), (b * height + y) * width);
      }
    }
    return { bands: raster.bands, height, width, data };
  };
  const { mask: whole, ...facts } = scene;
  const mask = whole && new Uint8Array(new SharedArrayBuffer(height * width));
  if (whole && mask) {
    for (let y = 0; y < height; y++) {
      const from = (row + y) * scene.pan.width + col;
      mask.set(whole.subarray(from, from + width), y * width);
    }
  }
  return {
    ...facts,
    pan: cut(scene.pan),
    reference: cut(scene.reference),
    ...(mask?.includes(0) ? { mask } : {}),
  };
}
