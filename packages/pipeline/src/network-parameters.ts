/** What a network's windows share: the scale, and what was found out about the scene. */

import type { SceneValues } from '@bandweave/models';
import type { Job } from './job.js';

/** Plain data, which goes to workers and into the file of an interrupted run. */
export interface NetworkParameters {
  /** What the network sees as 1, where the job does not say it. */
  readonly scale?: number;
  /** Tensors of the scene: shape, and float32 values as base64. */
  readonly scene?: Readonly<
    Record<string, { readonly shape: readonly number[]; readonly data: string }>
  >;
}

/** What the network sees as 1. */
export function scaleOf(job: Job, parameters: unknown): number {
  return job.network?.scale ?? (parameters as NetworkParameters | null)?.scale ?? 1;
}

/** Tensors as plain data. */
export function packScene(values: SceneValues): NonNullable<NetworkParameters['scene']> {
  return Object.fromEntries(
    Object.entries(values).map(([name, { shape, data }]) => {
      const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
      return [name, { shape, data: bytes.toString('base64') }];
    }),
  );
}

/** And back; undefined where windows stand for themselves. */
export function unpackScene(parameters: unknown): SceneValues | undefined {
  const scene = (parameters as NetworkParameters | null)?.scene;
  if (!scene) return undefined;
  return Object.fromEntries(
    Object.entries(scene).map(([name, { shape, data }]) => {
      const bytes = Uint8Array.from(Buffer.from(data, 'base64'));
      return [name, { shape, data: new Float32Array(bytes.buffer) }];
    }),
  );
}
