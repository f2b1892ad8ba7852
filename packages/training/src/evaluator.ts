/** Indices of a network on parts of scenes that it was not trained on. */

import {
  compile,
  createSession,
  input,
  type Params,
  type Session,
  type StateDict,
} from '@bandweave/graph';
import type { Raster } from '@bandweave/image';
import { ergas, q2n, sam } from '@bandweave/metrics';
import {
  type BuiltNetwork,
  runSampling,
  type SamplerRequest,
  type SamplingPlan,
  samplerChoice,
  sceneNoise,
} from '@bandweave/models';
import type { Rendition } from './data/rendition.js';

export interface Indices {
  readonly q2n: number;
  /** Degrees. */
  readonly sam: number;
  readonly ergas: number;
}

export interface Evaluator {
  /** Of the image that the network starts from: enlarged MS or the base. */
  readonly start: Indices;
  /** Means over the parts, of a network with these weights. */
  evaluate(weights: StateDict): Promise<Indices>;
  close(): Promise<void>;
}

/** Windows of this side at most, so that a large part costs no more than memory for one. */
const SIDE = 256;

interface Cut {
  readonly row: number;
  readonly col: number;
  readonly height: number;
  readonly width: number;
  readonly feeds: Readonly<Record<string, Float32Array>>;
  /** What sampled residuals stand on. */
  readonly begin: Float32Array;
  readonly start: Raster;
  readonly reference: Raster;
  readonly mask?: Uint8Array;
  readonly from: Rendition;
}

export function createEvaluator(
  network: BuiltNetwork,
  parts: readonly Rendition[],
  {
    params,
    threads,
    sampler,
  }: {
    readonly params: Params;
    readonly threads: number;
    /** Of a network that samples, in place of its usual one. */
    readonly sampler?: SamplerRequest | undefined;
  },
): Evaluator {
  const { msStep, panBands, bases = 1, window = SIDE } = network.facts;
  const { sampling } = network;
  const plan = sampling?.plan(samplerChoice(sampling, sampler));
  const cuts = parts.flatMap((part) => {
    const step = part.ratio * msStep;
    const most = Math.max(step, Math.floor(Math.min(SIDE, window) / step) * step);
    return windows(part, { step, most }).map((at) => cutOf(part, at));
  });
  const sessions = new Map<string, Session>();
  const sessionFor = async ({ height, width, from }: Cut): Promise<Session> => {
    const { ratio } = from;
    const msBands = from.target.bands;
    const key = `${msBands}x${height}x${width}/${ratio}`;
    const known = sessions.get(key);
    if (known) return known;
    const inputs = {
      pan: input('pan', [1, panBands, height, width]),
      ms: input('ms', [1, msBands, height / ratio, width / ratio]),
      lms: input('lms', [1, bases * msBands, height, width]),
    };
    const output = sampling
      ? sampling.evaluate(params, {
          ...inputs,
          state: input('state', [1, msBands, height, width]),
          time: input('time', [1]),
        })
      : network.build(params, inputs);
    const made = await createSession(compile({ output }, { weights: 'inputs' }), {
      threads,
      memoryPattern: false,
    });
    sessions.set(key, made);
    return made;
  };
  /** With noise that is the same at every validation. */
  const sampled = (
    plan: SamplingPlan,
    { row, col, height, width, begin, from }: Cut,
    answer: (more: Record<string, Float32Array>) => Promise<Float32Array>,
  ) =>
    runSampling(plan, {
      lms: begin,
      evaluate: (state, time) => answer({ state, time: Float32Array.of(time) }),
      noise: (at) =>
        sceneNoise(
          { seed: 1, sample: 0, step: at },
          { bands: from.target.bands, row, col, height, width },
        ),
      clamp: sampling?.clamp ?? false,
    });
  const score = (cut: Cut, estimate: Raster): Indices => {
    const masked = cut.mask ? { mask: cut.mask } : {};
    return {
      q2n: q2n(estimate, cut.reference, { quantise: 'none', ...masked }),
      sam: sam(estimate, cut.reference, masked),
      ergas: ergas(estimate, cut.reference, { ratio: cut.from.ratio, ...masked }),
    };
  };
  return {
    start: average(cuts.map((cut) => score(cut, cut.start))),
    async evaluate(weights) {
      const all: Indices[] = [];
      for (const cut of cuts) {
        const session = await sessionFor(cut);
        const feeds: Record<string, Float32Array> = {};
        for (const { name } of session.inputs) {
          if (plan && (name === 'state' || name === 'time')) continue;
          feeds[name] = cut.feeds[name] ?? (weights.get(name)!.data as Float32Array);
        }
        const answer = async (more: Record<string, Float32Array> = {}) => {
          const { output } = await session.run({ ...feeds, ...more });
          return output.data as Float32Array;
        };
        const data = plan ? await sampled(plan, cut, answer) : await answer();
        const size = { bands: cut.from.target.bands, height: cut.height, width: cut.width };
        all.push(score(cut, counts({ ...size, data }, cut.from)));
      }
      return average(all);
    },
    async close() {
      for (const session of sessions.values()) await session.close();
    },
  };
}

function average(all: readonly Indices[]): Indices {
  const mean = (pick: (indices: Indices) => number) => {
    const values = all.map(pick).filter(Number.isFinite);
    return values.reduce((a, b) => a + b, 0) / values.length;
  };
  return { q2n: mean((i) => i.q2n), sam: mean((i) => i.sam), ergas: mean((i) => i.ergas) };
}

/**
 * How much of the starting image's error is left: the mean of (1 - Q2n), SAM and ERGAS, each over
 * that of the start. 1 is no better than the start, 0 is perfect.
 */
export function errorLeft(indices: Indices, start: Indices): number {
  const parts = [
    (1 - indices.q2n) / Math.max(1 - start.q2n, 1e-9),
    indices.sam / Math.max(start.sam, 1e-9),
    indices.ergas / Math.max(start.ergas, 1e-9),
  ];
  return parts.reduce((a, b) => a + b, 0) / parts.length;
}

interface Spot {
  readonly row: number;
  readonly col: number;
  readonly height: number;
  readonly width: number;
}

function windows(
  { pan }: Rendition,
  { step, most }: { readonly step: number; readonly most: number },
): Spot[] {
  const along = (length: number) => {
    const usable = Math.floor(length / step) * step;
    const count = Math.ceil(usable / most);
    const each = Math.ceil(usable / count / step) * step;
    return Array.from({ length: count }, (_, i) => ({
      at: Math.min(i * each, usable - each),
      length: each,
    }));
  };
  return along(pan.height).flatMap((y) =>
    along(pan.width).map((x) => ({
      row: y.at,
      col: x.at,
      height: y.length,
      width: x.length,
    })),
  );
}

function cutOf(part: Rendition, spot: Spot): Cut {
  const { ratio } = part;
  const low = {
    row: spot.row / ratio,
    col: spot.col / ratio,
    height: spot.height / ratio,
    width: spot.width / ratio,
  };
  const lms = cut(part.lms, spot);
  const begin = together(lms, part);
  const mask = part.mask && cut({ ...part.pan, data: part.mask }, spot).data;
  return {
    ...spot,
    feeds: { pan: cut(part.pan, spot).data, ms: cut(part.ms, low).data, lms: lms.data },
    begin: begin.data,
    start: counts(begin, part),
    reference: counts(cut(part.target, spot), part),
    ...(mask ? { mask } : {}),
    from: part,
  };
}

function cut<T extends Float32Array | Uint8Array>(
  raster: { bands: number; height: number; width: number; data: T },
  { row, col, height, width }: Spot,
) {
  const data = new (raster.data.constructor as new (n: number) => T)(raster.bands * height * width);
  for (let b = 0; b < raster.bands; b++) {
    for (let y = 0; y < height; y++) {
      const from = (b * raster.height + row + y) * raster.width + col;
      data.set(raster.data.subarray(from, from + width), (b * height + y) * width);
    }
  }
  return { bands: raster.bands, height, width, data };
}

/** The mean of the bases, as the network begins with. */
function together(lms: Raster<Float32Array>, { target, starts }: Rendition) {
  const { bands } = target;
  if (lms.bands === bands) return lms;
  const size = bands * lms.height * lms.width;
  const data = new Float32Array(size);
  for (const n of starts) {
    for (let i = 0; i < size; i++) data[i] += lms.data[n * size + i] / starts.length;
  }
  return { ...lms, bands, data };
}

/** Network values back as samples. */
function counts(
  raster: Raster<Float32Array>,
  { offsets, scales }: Rendition,
): Raster<Float64Array> {
  const size = raster.height * raster.width;
  const data = new Float64Array(raster.data.length);
  for (let i = 0; i < data.length; i++) {
    const band = Math.floor(i / size);
    data[i] = raster.data[i] * scales[band] + offsets[band];
  }
  return { ...raster, data };
}
