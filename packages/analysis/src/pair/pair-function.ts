/** Fusion methods as functions of PAN and MS that stay the same whatever they are given. */

import { type FuseArraysOptions, findMethod, fuseArrays, parametersOf } from '@bandweave/fusion';
import { isInterp23Ratio, type Raster } from '@bandweave/image';
import { basesOf, enlargeMs, openFusionNetwork } from '@bandweave/models';

export interface Pair {
  /** [1, ratio h, ratio w] */
  readonly pan: Raster;
  /** [bands, h, w] */
  readonly ms: Raster;
}

/** [bands, ratio h, ratio w] of a pair of any size. */
export type PairFunction = (pair: Pair) => Raster | Promise<Raster>;

/** A classical method whose coefficients are those of a pair, in float64. */
export function classicalFunction(
  name: string,
  pair: Pair,
  options: FuseArraysOptions = {},
): PairFunction {
  const method = findMethod(name);
  const parameters = parametersOf(pair, method, options);
  return (given) => fuseArrays(given, method, { ...options, parameters });
}

export interface NetworkFunction {
  readonly bands: number;
  readonly ratio: number;
  readonly fuse: PairFunction;
  close(): Promise<void>;
}

export interface NetworkFunctionOptions {
  /** What the network sees as 1 where it divides by the sensor's range; 2^11 - 1 by default. */
  readonly scale?: number;
  /** MTF gains of MS for a classical base. */
  readonly msGains?: readonly number[];
  readonly threads?: number;
}

/**
 * A fusion network with the weights of a file. What it takes from a scene as a whole (means and
 * deviations, clusters, the coefficients of a classical base) is taken from `pair` and kept. Image
 * sides must suit the network; nothing is tiled.
 *
 * @throws GraphError where the weights are another network's
 */
export async function networkFunction(
  { name, path }: { readonly name: string; readonly path: string },
  pair: Pair,
  { scale = 2047, msGains, threads = 0 }: NetworkFunctionOptions = {},
): Promise<NetworkFunction> {
  const network = await openFusionNetwork(name, path, {
    threads,
    pair: { msBands: pair.ms.bands, ratio: pair.pan.height / pair.ms.height },
  });
  const { facts, preparation, offers } = network;
  const { ratio, msBands } = facts;
  const norms = normsOf(pair, { ratio, scale, normalise: preparation.normalise });
  const phase = { phase: 'toolbox', ...(msGains ? { msGains } : {}) } as const;
  const bases = basesOf(preparation).map((base): PairFunction => {
    if (base === 'exp') return ({ ms }) => enlargeMs(ms, ratio);
    return classicalFunction(base, pair, phase);
  });
  const windowOf = async (given: Pair) => {
    const { pan, ms } = given;
    const needs = !(bases.length === 1 && preparation.base === 'exp' && isInterp23Ratio(ratio));
    const images = needs ? await Promise.all(bases.map((base) => base(given))) : [];
    const lms = Float32Array.from(images.flatMap(({ data }) => [...normalised(data, norms.ms)]));
    return {
      pan: normalised(pan.data, [norms.pan]),
      ms: normalised(ms.data, norms.ms),
      ...(needs ? { lms: () => lms } : {}),
      height: pan.height,
      width: pan.width,
    };
  };
  const found = offers.scene ? await network.fitScene([await windowOf(pair)]) : undefined;
  return {
    bands: msBands,
    ratio,
    async fuse(given) {
      const answer = await network.run(await windowOf(given), found ? { scene: found } : {});
      const size = given.pan.height * given.pan.width;
      const data = Float64Array.from(answer, (value, i) => {
        const norm = norms.ms[Math.floor(i / size)];
        return value * norm.scale + norm.offset;
      });
      return { bands: msBands, height: given.pan.height, width: given.pan.width, data };
    },
    close: () => network.close(),
  };
}

interface Norm {
  readonly offset: number;
  readonly scale: number;
}

function normsOf(
  { pan, ms }: Pair,
  {
    ratio,
    scale,
    normalise,
  }: { readonly ratio: number; readonly scale: number; readonly normalise: 'range' | 'scene' },
): { readonly pan: Norm; readonly ms: readonly Norm[] } {
  if (normalise === 'range') {
    const norm = { offset: 0, scale };
    return { pan: norm, ms: new Array<Norm>(ms.bands).fill(norm) };
  }
  const enlarged = enlargeMs(ms, ratio);
  const size = enlarged.height * enlarged.width;
  return {
    pan: statistics(pan.data),
    ms: Array.from({ length: ms.bands }, (_, k) =>
      statistics(enlarged.data.subarray(k * size, (k + 1) * size)),
    ),
  };
}

function statistics(data: ArrayLike<number>): Norm {
  let sum = 0;
  for (let i = 0; i < data.length; i++) sum += data[i];
  const offset = sum / data.length;
  let squares = 0;
  for (let i = 0; i < data.length; i++) squares += (data[i] - offset) ** 2;
  const scale = Math.sqrt(squares / data.length);
  return { offset, scale: scale > 0 ? scale : 1 };
}

function normalised(data: ArrayLike<number>, norms: readonly Norm[]): Float32Array {
  const out = new Float32Array(data.length);
  const size = data.length / norms.length;
  norms.forEach(({ offset, scale }, k) => {
    for (let i = k * size; i < (k + 1) * size; i++) out[i] = (data[i] - offset) / scale;
  });
  return out;
}
