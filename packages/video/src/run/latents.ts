/** Clips as latents and back, frame by frame, so that memory is that of one picture. */

import { concat, input, type Params } from '@bandweave/graph';
import { vaeDecode, vaeEncode } from '../vae/autoencoder.js';
import { type VaeConfig, vaeFactor } from '../vae/config.js';
import { type OpenTraceOptions, openTrace } from './open-trace.js';

export interface LatentsOptions extends OpenTraceOptions {
  readonly config: VaeConfig;
  readonly params: Params;
  readonly signal?: AbortSignal | undefined;
}

/** A clip of latents [latents, frames, height, width], already times the model's scaling. */
export interface LatentClip {
  readonly data: Float32Array;
  readonly shape: readonly [channels: number, frames: number, height: number, width: number];
}

export interface EncodeFramesOptions extends LatentsOptions {
  readonly height: number;
  readonly width: number;
  /** Standard normal values; the posterior's mean is taken where none are given. */
  readonly noise?: ((length: number) => Float32Array) | undefined;
}

/**
 * Posterior samples (or means) of frames, times the scaling.
 *
 * @param frames each [colors, height, width] in -1..1
 */
export async function encodeFrames(
  frames: readonly Float32Array[],
  { config, params, height, width, noise, signal, ...options }: EncodeFramesOptions,
): Promise<LatentClip> {
  const { colors, latents, scaling } = config;
  const { mean, deviation } = vaeEncode(
    config,
    params,
    input('picture', [1, colors, height, width]),
  );
  const session = await openTrace({ both: concat([mean, deviation], { axis: 1 }) }, options);
  try {
    const factor = vaeFactor(config);
    const [h, w] = [Math.floor(height / factor), Math.floor(width / factor)];
    const size = h * w;
    const clip = new Float32Array(latents * frames.length * size);
    for (const [f, picture] of frames.entries()) {
      signal?.throwIfAborted();
      const both = (await session.run({ picture })).both.data as Float32Array;
      const drawn = noise?.(latents * size);
      for (let i = 0; i < latents * size; i++) {
        const value = both[i] + (drawn ? both[latents * size + i] * drawn[i] : 0);
        const c = Math.floor(i / size);
        clip[(c * frames.length + f) * size + (i % size)] = value * scaling;
      }
    }
    return { data: clip, shape: [latents, frames.length, h, w] };
  } finally {
    await session.close();
  }
}

/** The frames of a clip of latents, each [colors, height, width] in about -1..1, not clamped. */
export async function decodeFrames(
  { data, shape }: LatentClip,
  { config, params, signal, ...options }: LatentsOptions,
): Promise<Float32Array[]> {
  const [latents, frames, h, w] = shape;
  const picture = vaeDecode(config, params, input('latent', [1, latents, h, w]));
  const session = await openTrace({ picture }, options);
  try {
    const size = h * w;
    const out: Float32Array[] = [];
    for (let f = 0; f < frames; f++) {
      signal?.throwIfAborted();
      const latent = new Float32Array(latents * size);
      for (let i = 0; i < latent.length; i++) {
        const c = Math.floor(i / size);
        latent[i] = data[(c * frames + f) * size + (i % size)] / config.scaling;
      }
      out.push((await session.run({ latent })).picture.data as Float32Array);
    }
    return out;
  } finally {
    await session.close();
  }
}
