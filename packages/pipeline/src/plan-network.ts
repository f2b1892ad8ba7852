/** What a network adds to the plan: its facts from the weights, window size and scale. */

import { availableParallelism } from 'node:os';
import { type SceneOptions, severalMethods } from '@bandweave/fusion';
import { DATA_TYPES, InputError, type RasterInfo, type Sensor } from '@bandweave/image';
import { shippedWeights } from '@bandweave/models/shipped-weights';
import { layoutFor } from './blend.js';
import type { FuseOptions } from './fuse-options.js';
import { NETWORK_AREA, type NetworkFacts } from './job.js';
import { fittingWindows } from './memory-plan.js';
import { checkNetwork } from './network-runner.js';
import { planSampling } from './plan-sampling.js';

/** Windows of this side are what the published networks were tested on. */
const DEFAULT_WINDOW = 256;
const OVERLAP = 64;

export async function planNetwork(
  { method, options }: { readonly method: string; readonly options: FuseOptions },
  pair: {
    readonly scene: SceneOptions;
    readonly sensor: Sensor;
    readonly ms: RasterInfo;
    readonly panBands: number;
  },
): Promise<{ facts: NetworkFacts; messages: string[] }> {
  const { weights, message } = weightsFor(method, options, pair);
  // Loaded only here: a classical fusion should not wait for the engine.
  const { openFusionNetwork } = await import('@bandweave/models');
  const network = await openFusionNetwork(method, weights, {
    pair: {
      msBands: pair.scene.bands,
      ratio: Math.round(pair.scene.cols.ratio),
      exactRatio: pair.scene.cols.ratio,
    },
    ...(options.weightsRatio === undefined ? {} : { ratio: options.weightsRatio }),
  });
  const { facts, offers, preparation } = network;
  await network.close();
  const sampling = await planSampling(options, network.sampling, method);
  checkBase(preparation.base, weights);
  const { scene, sensor, ms, panBands } = pair;
  checkNetwork(
    facts,
    { bands: scene.bands, panBands, ratio: { rows: scene.rows.ratio, cols: scene.cols.ratio } },
    weights,
  );
  const window = options.tile ?? facts.window ?? DEFAULT_WINDOW;
  const { clustering = 'window' } = options;
  checkClustering(options, {
    method,
    offers,
    whole: Math.max(scene.height, scene.width) <= window,
  });
  const overlap = Math.min(OVERLAP, window >> 1);
  const alone = scene.height <= NETWORK_AREA.height && scene.width <= NETWORK_AREA.width;
  const layout = { window, overlap, margin: 0, ratio: facts.ratio, msStep: facts.msStep };
  const windows =
    layoutFor(scene.height, layout).starts.length * layoutFor(scene.width, layout).starts.length;
  const scale = scaleFor(options, { sensor, ms });
  return {
    facts: {
      weights,
      panBands,
      ratio: facts.ratio,
      msStep: facts.msStep,
      phase: facts.phase,
      preparation,
      ...(scale === undefined ? {} : { scale }),
      window,
      overlap,
      margin: marginOf(facts.margin, { overlap, clustering, scene: offers.scene }),
      clustering,
      ...concurrency(options, { alone, window, windows }),
      ...(sampling ? { sampling } : {}),
    },
    messages: [
      ...(message === undefined ? [] : [message]),
      preparation.normalise === 'scene'
        ? `${method} sees every band less its mean, over its deviation, on top of ${preparation.base}`
        : scale === undefined
          ? `${method} sees the largest sample of the scene as 1; --bit-depth states another scale for integers`
          : `${method} sees ${scale} as 1`,
    ],
  };
}

/**
 * One area keeps one worker busy: it may have all cores, by several windows at once where there are
 * (a core each: an operator's threads wait for each other), else by threads. Several areas share
 * the cores.
 */
function concurrency(
  options: FuseOptions,
  {
    alone,
    window,
    windows,
  }: { readonly alone: boolean; readonly window: number; readonly windows: number },
): Pick<NetworkFacts, 'threads' | 'lanes'> {
  if (!alone) return { threads: 1, lanes: 1 };
  const cores = options.threads ?? availableParallelism();
  const lanes = Math.min(windows, cores, fittingWindows(options, window));
  return lanes > 1 ? { threads: 1, lanes } : { threads: options.threads ?? 0, lanes: 1 };
}

/** What is cut off windows before they are blended. */
function marginOf(
  reach = 0,
  {
    overlap,
    clustering,
    scene,
  }: {
    readonly overlap: number;
    readonly clustering: 'window' | 'scene';
    readonly scene: boolean;
  },
): number {
  // Windows that disagree everywhere are better blended over a wide part.
  const most = scene && clustering === 'window' ? overlap >> 3 : (overlap - 2) >> 1;
  // At least two pixels of every overlap are blended.
  return Math.min(reach, most);
}

/** The file that was named, else one that ships for these bands and this ratio. */
function weightsFor(
  method: string,
  { weights }: FuseOptions,
  { scene: { bands, cols }, panBands }: { readonly scene: SceneOptions; readonly panBands: number },
): { weights: string; message?: string } {
  if (weights) return { weights };
  const size = { msBands: bands, ratio: Math.round(cols.ratio) };
  const shipped = panBands === 1 ? shippedWeights(method, size) : undefined;
  if (!shipped) {
    throw new InputError(
      `--weights: expected a file of weights for ${method} of ${bands} bands at ratio ${Number(cols.ratio.toFixed(2))}, got none and none ships; name a .safetensors or .pth file, or make one (bandweave ${panBands === 1 ? 'adapt' : 'train'}).`,
    );
  }
  const use = shipped.use === 'research' ? '; for research use, see the card beside it' : '';
  return {
    weights: shipped.path,
    message: `weights that ship, ${shipped.file}, for ${shipped.bands}${use}`,
  };
}

function checkClustering(
  { clustering = 'window', maps }: FuseOptions,
  {
    method,
    offers,
    whole,
  }: {
    readonly method: string;
    readonly offers: { readonly scene: boolean; readonly clusters: boolean };
    readonly whole: boolean;
  },
): void {
  if (clustering === 'scene' && !offers.scene) {
    throw new InputError(
      `--clustering: expected weights of a network that clusters pixels, got ${method}; leave it out.`,
    );
  }
  if (maps === undefined) return;
  if (!offers.clusters) {
    throw new InputError(
      `--maps: expected weights of a network that clusters pixels, got ${method}; leave it out.`,
    );
  }
  if (clustering === 'window' && !whole) {
    throw new InputError(
      '--maps: expected clusters that mean the same in all windows, got some for each; add --clustering scene, or a larger --tile.',
    );
  }
}

/** A file may name any base: one that is not known here is told before anything is read. */
function checkBase(base: string, weights: string): void {
  try {
    severalMethods(base);
  } catch (cause) {
    const message = `${weights}: expected weights on a base that is known here, got '${base}'; train them again.`;
    throw new InputError(message, { cause });
  }
}

/** 2^bits - 1 for counts, as the networks were trained; floats have no such number. */
function scaleFor(
  { bitDepth }: FuseOptions,
  { sensor, ms }: { readonly sensor: Sensor; readonly ms: RasterInfo },
): number | undefined {
  const { kind, bytes } = DATA_TYPES[ms.dataType];
  if (kind === 'float') return undefined;
  const bits = bitDepth ?? ms.bits ?? (sensor.name === 'generic' ? undefined : sensor.bits);
  if (bits === undefined || bits > bytes * 8) return undefined;
  return 2 ** bits - 1;
}
