/** What a pair gives at the resolution of its MS: the reference, and PAN reduced to its grid. */

import {
  applyResponse,
  InputError,
  msGainsFor,
  type Raster,
  type RasterSource,
  type Sensor,
  type SpectralResponse,
} from '@bandweave/image';
import { alignGrids } from '../align.js';
import { chooseSensor } from '../sensor-choice.js';
import { type PanAxis, reducePan } from './reduce-pan.js';
import type { SimulateOptions } from './simulate-options.js';

/** What is held in memory at once: PAN and MS in float64. */
const MOST_SAMPLES = 2 ** 28;

export interface ReductionPlan {
  readonly ratio: number;
  readonly sensor: Sensor;
  /** MTF gain at Nyquist, one a band. */
  readonly gains: readonly number[];
  /** The original MS, cut to multiples of the ratio. */
  reference(): Promise<Raster>;
  /** PAN on the grid of that reference; made of its bands where there is no PAN. */
  pan(reference: Raster): Promise<Raster>;
  /** Names of the bands of that PAN, where a guide is made of the cube's. */
  readonly guideNames?: readonly string[];
}

/**
 * How a pair is reduced: aligned, with its sensor and ratio.
 *
 * @throws InputError where the pair does not fit or is too large for memory
 */
export function planReduction(
  { pan, ms }: { readonly pan?: RasterSource; readonly ms: RasterSource },
  {
    response,
    ...options
  }: Pick<SimulateOptions, 'ratio' | 'sensor' | 'signal' | 'onMessage'> & {
    readonly response?: SpectralResponse;
  },
): ReductionPlan {
  const { signal } = options;
  const aligned = pan && alignGrids(pan, ms);
  for (const line of aligned?.messages ?? []) options.onMessage?.(line);
  const found = aligned && Math.round(Math.sqrt(aligned.rows.ratio * aligned.cols.ratio));
  const known = options.ratio ?? found;
  const { sensor, message } = chooseSensor(options.sensor, {
    pan: pan ?? ms,
    ms,
    ratio: known ?? 4,
  });
  options.onMessage?.(message);
  const ratio = known ?? sensor.ratio;
  const { height, width } = cut(ms, ratio);
  checkSize(ms, pan);
  const how = signal ? { signal } : {};
  const axis = (i: 0 | 1): PanAxis => ({
    ratio: [aligned!.rows, aligned!.cols][i]!.ratio,
    offset: aligned!.offset[i],
    length: [height, width][i]!,
  });
  return {
    ratio,
    sensor,
    gains: msGainsFor(sensor, ms.info.bands),
    reference: () => ms.read({ row: 0, col: 0, height, width }, how),
    pan: async (reference) =>
      pan
        ? reducePan(await readWhole(pan, how), { rows: axis(0), cols: axis(1) })
        : response
          ? applyResponse(reference, response)
          : weightedSum(reference, sensor),
    ...(response && !pan ? { guideNames: response.names } : {}),
  };
}

/** The size of MS cut to multiples of the ratio. */
function cut({ name, info }: RasterSource, ratio: number): { height: number; width: number } {
  const height = Math.floor(info.height / ratio) * ratio;
  const width = Math.floor(info.width / ratio) * ratio;
  if (Number.isInteger(ratio) && ratio >= 2 && height >= 4 * ratio && width >= 4 * ratio) {
    return { height, width };
  }
  throw new InputError(
    `${name}: expected at least ${4 * ratio} pixels a side for a whole ratio from 2 on, got ratio ${ratio} and ${info.width} x ${info.height}; choose --ratio.`,
  );
}

function checkSize(ms: RasterSource, pan: RasterSource | undefined): void {
  const samples = ({ info }: RasterSource) => info.bands * info.height * info.width;
  const total = 2 * samples(ms) + (pan ? samples(pan) : 0);
  if (total <= MOST_SAMPLES) return;
  throw new InputError(
    `${ms.name}: expected a pair of at most ${MOST_SAMPLES} samples, got ${total}; cut a part out first (gdal_translate -srcwin).`,
  );
}

async function readWhole(source: RasterSource, how: { signal?: AbortSignal }): Promise<Raster> {
  const { height, width } = source.info;
  return source.read({ row: 0, col: 0, height, width }, how);
}

/** A PAN of the bands, where no PAN was given. */
function weightedSum(ms: Raster, sensor: Sensor): Raster<Float64Array> {
  const { bands, height, width, data, mask } = ms;
  const own = sensor.bandWeights.length === bands;
  const weights = own ? sensor.bandWeights : new Array<number>(bands).fill(1 / bands);
  const size = height * width;
  const out = new Float64Array(size);
  for (let band = 0; band < bands; band++) {
    for (let i = 0; i < size; i++) out[i]! += weights[band]! * data[band * size + i]!;
  }
  return { bands: 1, height, width, data: out, ...(mask ? { mask } : {}) };
}
