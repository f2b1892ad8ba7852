/** The network that predicts noise, as a session: the U-Net, with APLA's perturbation or without. */

import { add, input, type Params, type Tensor } from '@bandweave/graph';
import type { Predict } from '../diffusion/trajectory.js';
import type { UNetConfig } from '../unet/config.js';
import { type UNetInputs, type UNetOptions, unet } from '../unet/network.js';
import type { VgtConfig } from '../vgt/config.js';
import { vgt } from '../vgt/network.js';
import { type OpenTraceOptions, openTrace } from './open-trace.js';

/** The U-Net of a clip and, where APLA is on, the transformer beside it. */
export interface NoiseNetwork {
  readonly config: UNetConfig;
  readonly params: Params;
  readonly perturbation?: { readonly config: VgtConfig; readonly params: Params } | undefined;
}

/** U-Net(z, t, text) + VGT(z) for clips. */
export function predictedNoise(
  { config, params, perturbation }: NoiseNetwork,
  inputs: UNetInputs,
  options: UNetOptions = {},
): Tensor {
  const noise = unet(config, params, inputs, options);
  if (!perturbation) return noise;
  return add(noise, vgt(perturbation.config, perturbation.params, inputs.sample));
}

export interface PredictorOptions extends OpenTraceOptions {
  /** [channels, frames, height, width] of the latents; or [channels, height, width]. */
  readonly shape: readonly number[];
  /** Tokens of a text. */
  readonly tokens: number;
}

export interface Predictor {
  readonly predict: Predict;
  close(): Promise<void>;
}

/**
 * A session that predicts, one text after the other: on a processor two clips at once are no faster
 * and take twice the memory.
 */
export async function openPredictor(
  network: NoiseNetwork,
  { shape, tokens, ...options }: PredictorOptions,
): Promise<Predictor> {
  const noise = predictedNoise(network, {
    sample: input('sample', [1, ...shape]),
    time: input('time', [1]),
    text: input('text', [1, tokens, network.config.textWidth]),
  });
  const session = await openTrace({ noise }, options);
  return {
    async predict(sample, t, texts) {
      const time = Float32Array.of(t);
      const outputs: Float32Array[] = [];
      for (const text of texts) {
        outputs.push((await session.run({ sample, time, text })).noise.data as Float32Array);
      }
      return outputs;
    },
    close: () => session.close(),
  };
}
