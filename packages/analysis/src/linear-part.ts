/**
 * The linear part of a super-resolver by HyRA (Wu et al. 2024): the low-resolution image, zeros
 * between its samples, filtered by the network's impulse response.
 */

import { InputError, type Raster } from '@bandweave/image';

/**
 * `published` correlates, without turning the response round, and reflects the image at its border,
 * left and right by the response's height, above and below by its width; what comes out is a little
 * smaller than the network's image. `convolution` is superposition: every pixel adds the response
 * where the network would put it, nothing lies outside, and the size is the network's.
 */
export type LinearMode = 'published' | 'convolution';

export interface LinearOptions {
  readonly scale: number;
  /** `published` by default. */
  readonly mode?: LinearMode;
}

/**
 * H, the linear part, one response a band.
 *
 * @param lr       [bands, h, w]
 * @param response [bands, kh, kw], the answer to one pixel in the middle of a dark image
 * @returns published: [bands, (h + 2 p) s - kh + 1, (w + 2 q) s - kw + 1], p = floor(kw / 2s),
 *   q = floor(kh / 2s); convolution: [bands, s h, s w]
 */
export function linearPart(
  lr: Raster,
  response: Raster,
  { scale, mode = 'published' }: LinearOptions,
): Raster<Float64Array> {
  checkPair(lr, response, scale);
  if (mode === 'convolution') return superpose(lr, response, scale);
  const spread = zeroInterpolate(
    padReflected(lr, {
      vertical: Math.floor(response.width / (2 * scale)),
      horizontal: Math.floor(response.height / (2 * scale)),
    }),
    scale,
  );
  return correlateValid(spread, response);
}

function checkPair(lr: Raster, response: Raster, scale: number): void {
  if (!(Number.isInteger(scale) && scale >= 1)) {
    throw new InputError(`linearPart: expected a whole scale from 1 on, got ${scale}.`);
  }
  if (lr.bands !== response.bands) {
    throw new InputError(
      `linearPart: expected a response of ${lr.bands} bands like the image, got ${response.bands}; probe with as many.`,
    );
  }
}

/** The image continued by its mirror, the edge not repeated. */
export function padReflected(
  image: Raster,
  { vertical, horizontal }: { readonly vertical: number; readonly horizontal: number },
): Raster<Float64Array> {
  const { bands } = image;
  if (vertical >= image.height || horizontal >= image.width) {
    throw new InputError(
      `hyra: expected an image larger than the padding of ${vertical} rows and ${horizontal} columns, ` +
        `got ${image.height} x ${image.width}; take a larger picture.`,
    );
  }
  const height = image.height + 2 * vertical;
  const width = image.width + 2 * horizontal;
  const mirror = (i: number, n: number) => (i < 0 ? -i : i >= n ? 2 * (n - 1) - i : i);
  const data = new Float64Array(bands * height * width);
  let at = 0;
  for (let k = 0; k < bands; k++) {
    for (let y = 0; y < height; y++) {
      const from = (k * image.height + mirror(y - vertical, image.height)) * image.width;
      for (let x = 0; x < width; x++) {
        data[at++] = image.data[from + mirror(x - horizontal, image.width)];
      }
    }
  }
  return { bands, height, width, data };
}

/** Each sample at the upper left of a scale x scale cell, the rest 0. */
export function zeroInterpolate(image: Raster, scale: number): Raster<Float64Array> {
  const { bands } = image;
  const height = image.height * scale;
  const width = image.width * scale;
  const data = new Float64Array(bands * height * width);
  for (let k = 0; k < bands; k++) {
    for (let y = 0; y < image.height; y++) {
      const from = (k * image.height + y) * image.width;
      const to = (k * height + y * scale) * width;
      for (let x = 0; x < image.width; x++) data[to + x * scale] = image.data[from + x];
    }
  }
  return { bands, height, width, data };
}

/** out[y, x] = sum of image[y + u, x + v] kernel[u, v] where the kernel lies inside; band by band. */
export function correlateValid(image: Raster, kernel: Raster): Raster<Float64Array> {
  const { bands } = image;
  const height = image.height - kernel.height + 1;
  const width = image.width - kernel.width + 1;
  if (height < 1 || width < 1) {
    throw new InputError(
      `correlate: expected an image at least as large as the kernel of ${kernel.height} x ${kernel.width}, got ${image.height} x ${image.width}.`,
    );
  }
  const data = new Float64Array(bands * height * width);
  for (let k = 0; k < bands; k++) {
    for (let y = 0; y < height; y++) {
      const out = data.subarray((k * height + y) * width, (k * height + y + 1) * width);
      for (let u = 0; u < kernel.height; u++) {
        const row = (k * image.height + y + u) * image.width;
        for (let v = 0; v < kernel.width; v++) {
          const weight = kernel.data[(k * kernel.height + u) * kernel.width + v];
          if (weight === 0) continue;
          for (let x = 0; x < width; x++) out[x] += weight * image.data[row + x + v];
        }
      }
    }
  }
  return { bands, height, width, data };
}

/** Every pixel times the response, laid where the network answered the probe's middle pixel. */
function superpose(lr: Raster, response: Raster, scale: number): Raster<Float64Array> {
  const { bands } = lr;
  const height = lr.height * scale;
  const width = lr.width * scale;
  // The probe has the response's size over the scale, its bright pixel at floor(n / 2).
  const top = scale * Math.floor(response.height / scale / 2);
  const left = scale * Math.floor(response.width / scale / 2);
  const data = new Float64Array(bands * height * width);
  for (let k = 0; k < bands; k++) {
    for (let i = 0; i < lr.height; i++) {
      for (let u = 0; u < response.height; u++) {
        const y = i * scale - top + u;
        if (y < 0 || y >= height) continue;
        const from = (k * response.height + u) * response.width;
        const to = (k * height + y) * width;
        for (let j = 0; j < lr.width; j++) {
          const value = lr.data[(k * lr.height + i) * lr.width + j];
          const start = j * scale - left;
          const first = Math.max(0, -start);
          const last = Math.min(response.width, width - start);
          for (let v = first; v < last; v++) {
            data[to + start + v] += value * response.data[from + v];
          }
        }
      }
    }
  }
  return { bands, height, width, data };
}

/**
 * The linear part of anything that mixes bands: the sum over input bands of superposition by the
 * response to that band alone, of as many output bands as the responses have.
 *
 * @param responses one an input band, as `impulseResponses` gives them
 */
export function linearPartByBand(
  image: Raster,
  responses: readonly Raster[],
  { scale }: { readonly scale: number },
): Raster<Float64Array> {
  if (responses.length !== image.bands) {
    throw new InputError(
      `linearPartByBand: expected a response for each of ${image.bands} bands, got ${responses.length}.`,
    );
  }
  const size = image.height * image.width;
  let sum: Raster<Float64Array> | undefined;
  responses.forEach((response, j) => {
    const data = new Float64Array(response.bands * size);
    const band = image.data.subarray(j * size, (j + 1) * size);
    for (let k = 0; k < response.bands; k++) data.set(band, k * size);
    const part = superpose({ ...image, bands: response.bands, data }, response, scale);
    if (!sum) sum = part;
    else for (let i = 0; i < part.data.length; i++) sum.data[i] += part.data[i];
  });
  return sum as Raster<Float64Array>;
}
