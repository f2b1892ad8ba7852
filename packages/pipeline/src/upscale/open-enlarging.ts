/** The way of enlarging that was asked for: a kernel, or a network with its weights. */

import { InputError } from '@bandweave/image';
import { SHIPPED_ENLARGERS, shippedEnlarger } from '@bandweave/models/shipped-weights';
import { CLASSICAL_REACH, enlargeClassical } from './enlarge-classical.js';
import type { Enlarging } from './enlarging.js';
import type { UpscaleMethod, UpscaleOptions } from './upscale-options.js';

const DEFAULT_METHOD: UpscaleMethod = 'edsr';
const DEFAULT_SCALE = 2;
/** What is cut off windows, and what they are blended over, where a network sees all of a window. */
const WIDE_MARGIN = 16;
const WIDE_OVERLAP = 48;
/** Networks that reach further are treated as seeing all. */
const MOST_REACH = 24;

/** @throws InputError or GraphError where method, scale and weights do not go together */
export async function openEnlarging(options: UpscaleOptions): Promise<Enlarging> {
  const { method = options.weights ? undefined : DEFAULT_METHOD } = options;
  if (method === 'bicubic' || method === 'lanczos') {
    if (options.weights !== undefined) {
      throw new InputError(
        `--weights: expected a network, got the method ${method}; leave one of the two out.`,
      );
    }
    return classical(method, options.scale ?? DEFAULT_SCALE);
  }
  const weights = options.weights ?? shippedFor(method ?? DEFAULT_METHOD, options.scale);
  // Loaded only here: a kernel should not wait for the engine.
  const { openEnlarger } = await import('@bandweave/models');
  const { threads } = options;
  const network = await openEnlarger(weights, threads === undefined ? {} : { threads });
  const { name, scale, colors, step, reach, features } = network;
  const wrong =
    method !== undefined && name !== method
      ? `weights of ${method}, got those of ${name}`
      : options.scale !== undefined && scale !== options.scale
        ? `weights for scale ${options.scale}, got some for ${scale}`
        : scale < 2
          ? 'weights of a network that enlarges, got one that keeps the size'
          : undefined;
  if (wrong !== undefined) {
    await network.close();
    throw new InputError(`${weights}: expected ${wrong}; choose another file.`);
  }
  const exact = reach !== undefined && reach <= MOST_REACH;
  return {
    method: name,
    scale,
    weights,
    colors,
    step,
    margin: exact ? reach : WIDE_MARGIN,
    overlap: exact ? 2 * reach + 2 : WIDE_OVERLAP,
    side: 192,
    // An input pixel's features before and after enlarging, twice over.
    bytesPerPixel: 8 * features * (4 + scale ** 2),
    run: (image, signal) => network.run(image, { signal }),
    close: () => network.close(),
  };
}

function classical(method: 'bicubic' | 'lanczos', scale: number): Enlarging {
  return {
    method,
    scale,
    colors: 'any',
    step: 1,
    margin: CLASSICAL_REACH,
    overlap: 2 * CLASSICAL_REACH + 2,
    side: 512,
    bytesPerPixel: 16 * scale ** 2,
    run: async (image) => enlargeClassical(image, scale, method),
    close: async () => {},
  };
}

function shippedFor(method: UpscaleMethod, scale = DEFAULT_SCALE): string {
  const shipped = shippedEnlarger(method, scale);
  if (shipped) return shipped.path;
  const scales = SHIPPED_ENLARGERS.filter(({ network }) => network === method).map(
    (one) => one.scale,
  );
  throw new InputError(
    scales.length > 0
      ? `--scale: expected ${scales.join(', ')} for the weights of ${method} that ship, got ${scale}; name others by --weights, or take --method bicubic.`
      : `--weights: expected a file of weights for ${method}, got none and none ships; name a .safetensors or .pth file.`,
  );
}
