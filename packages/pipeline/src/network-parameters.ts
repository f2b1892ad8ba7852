/** What a network's windows share: the scale, and what was found out about the scene. */

import type { SceneValues } from '@bandweave/models';
import type { Job } from './job.js';

/** network value = (sample - offset) / scale */
export interface Norm {
  readonly offset: number;
  readonly scale: number;
}

export interface Norms {
  /** One a band of PAN or of the guide. */
  readonly pan: readonly Norm[];
  /** One a band of MS. */
  readonly ms: readonly Norm[];
}

/** Plain data, which goes to workers and into the file of an interrupted run. */
export interface NetworkParameters {
  /** Where the job does not say what the network sees as 1. */
  readonly norms?: Norms;
  /** Parameters of the classical base. */
  readonly base?: unknown;
  /** Tensors of the scene: shape, and float32 values as base64. */
  readonly scene?: Readonly<
    Record<string, { readonly shape: readonly number[]; readonly data: string }>
  >;
}

/** How samples become what the network sees. */
export function normsOf({ network, scene }: Job, parameters: unknown): Norms {
  const known = (parameters as NetworkParameters | null)?.norms;
  if (known) return known;
  const norm = { offset: 0, scale: network?.scale ?? 1 };
  return {
    pan: new Array<Norm>(network?.panBands ?? 1).fill(norm),
    ms: new Array<Norm>(scene.bands).fill(norm),
  };
}

export const baseOf = (parameters: unknown): unknown =>
  (parameters as NetworkParameters | null)?.base ?? null;

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
