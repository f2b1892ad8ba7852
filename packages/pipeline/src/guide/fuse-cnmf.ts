/** Sharpens a cube by unmixing it and its guide together, the whole scene at once. */

import {
  coarseGrid,
  estimateResponse,
  makeScene,
  scaleResponse,
  type Unmixed,
  unmixPair,
} from '@bandweave/fusion';
import { allocate, InputError, type RasterInfo } from '@bandweave/image';
import { createGeoTiff, pickBands } from '@bandweave/io';
import type { FuseOptions } from '../fuse-options.js';
import { memoryFor, PROCESS_BYTES } from '../memory-plan.js';
import type { Plan } from '../plan.js';
import { quantiseInto } from '../quantise.js';
import type { Inputs } from '../regions.js';
import { readResponse } from '../response/read-response.js';
import { planFor } from './band-jobs.js';
import { fitGuide } from './fit-guide.js';
import { describe, type GuidedFusion } from './fuse-guided.js';
import type { GuideOptions } from './guide-options.js';
import { readPadded } from './read-padded.js';

export const CNMF = 'cnmf';

/** Rows of the output that are made together. */
const ROWS = 64;

/** Writes `output`; called by `fuse` for the method `cnmf`. */
export async function fuseCnmf(
  inputs: Inputs,
  output: string,
  options: FuseOptions & GuideOptions,
): Promise<GuidedFusion> {
  const { signal, onProgress, onMessage, nodata } = options;
  for (const key of ['weights', 'resume'] as const) {
    if (options[key] === undefined) continue;
    throw new InputError(`--${key}: expected another method than ${CNMF}; leave it out.`);
  }
  const first = { pan: pickBands(inputs.pan, [0]), ms: inputs.ms };
  const { method: _, response: asked, wavelengths, endmembers, ...rest } = options;
  const whole = await planFor(inputs, first, { ...rest, method: 'exp' });
  checkMemory(inputs, whole, options);
  const { job, info } = whole;
  const scene = makeScene({ ...job.scene, bands: 1, msGains: [0.3] });
  const summary = await fitGuide(inputs, { ...rest, scene: job.scene, origin: job.origin });
  const span = (size: number, from = 0) => ({ start: from, end: from + size });
  const guide = await readPadded(inputs.pan, {
    rows: span(scene.height, job.origin.row),
    cols: span(scene.width, job.origin.col),
    nodata,
    signal,
  });
  const cube = await readPadded(inputs.ms, {
    rows: span(scene.msHeight),
    cols: span(scene.msWidth),
    nodata,
    signal,
  });
  const coarse = coarseGrid(scene, summary.mtfGain);
  const pixels = scene.msHeight * scene.msWidth;
  const seen = new Float64Array(inputs.pan.info.bands * pixels);
  coarse.reduce(asDoubles(guide.data), seen);
  const pair = {
    cube: asDoubles(cube.data),
    guide: seen,
    pixels,
    ...(cube.mask ? { mask: cube.mask } : {}),
  };
  const known =
    asked === undefined
      ? undefined
      : await readResponse({ response: asked, ...(wavelengths ? { wavelengths } : {}) }, inputs.ms);
  if (known && known.weights.length !== inputs.pan.info.bands) {
    throw new InputError(
      `--response: expected ${inputs.pan.info.bands} bands like ${inputs.pan.name}, got ${known.weights.length}; choose some with ,band=N+M.`,
    );
  }
  const response = known ? scaleResponse(known.weights, pair) : estimateResponse(pair);
  const how = known ? `response by ${asked}` : 'response estimated from the pair';
  for (const line of [...whole.alignment.messages, describe(summary), how]) onMessage?.(line);
  const unmixed = await unmixPair(
    {
      guide: { bands: inputs.pan.info.bands, ...guide },
      ms: { bands: inputs.ms.info.bands, ...cube },
    },
    {
      response,
      coarse,
      ...(endmembers === undefined ? {} : { endmembers }),
      ...(signal ? { signal } : {}),
      onRound: (done, total) => onProgress?.({ stage: CNMF, done, total }),
    },
  );
  await writeProduct(output, unmixed, { plan: whole, mask: guide.mask, options });
  return {
    plan: { ...whole, info, job: { ...job, method: CNMF } },
    guide: { ...summary, response },
    resumedWindows: 0,
  };
}

/** What factors and the guide take, in doubles. */
function checkMemory({ pan, ms }: Inputs, { job }: Plan, options: FuseOptions): void {
  const parts = options.endmembers ?? 30;
  const high = job.scene.height * job.scene.width;
  const low = job.scene.msHeight * job.scene.msWidth;
  const bytes = 8 * (high * (parts + 3 * pan.info.bands) + low * (parts + 3 * ms.info.bands));
  const free = memoryFor(options) - PROCESS_BYTES;
  if (bytes <= free) return;
  const least = Math.ceil((bytes + PROCESS_BYTES) / 2 ** 20);
  throw new InputError(
    `--memory: expected at least ${least}m for ${CNMF}, which looks at the whole scene at once, got ${Math.floor(memoryFor(options) / 2 ** 20)}m; allow more, or choose a method that takes windows.`,
  );
}

interface WriteRequest {
  readonly plan: Plan;
  readonly mask: Uint8Array | undefined;
  readonly options: FuseOptions;
}

/** Spectra times abundances, some rows at a time. */
async function writeProduct(
  output: string,
  unmixed: Unmixed,
  { plan: { info, job }, mask, options }: WriteRequest,
): Promise<void> {
  const { height, width } = info;
  const sink = await createGeoTiff(output, info, {
    compression: options.compress ?? 'none',
    cog: options.cog ?? false,
    ...(options.overviews && !options.cog ? { overviews: 'average' as const } : {}),
  });
  try {
    for (let row = 0; row < height; row += ROWS) {
      options.signal?.throwIfAborted();
      const tall = Math.min(ROWS, height - row);
      const values = productRows(unmixed, job.output.bands, {
        from: row * width,
        count: tall * width,
        pixels: height * width,
      });
      const data = allocate(info.dataType, info.bands * tall * width);
      const part = mask?.subarray(row * width, (row + tall) * width);
      quantiseInto({ data, height: tall, width, row: 0, col: 0 }, values, {
        ...job.output,
        bands: range(info),
        height: tall,
        width,
        ...(part ? { mask: part } : {}),
      });
      const window = { row, col: 0, height: tall, width };
      await sink.write(window, { bands: info.bands, height: tall, width, data });
    }
    await sink.finish();
  } catch (error) {
    await sink.abort();
    throw error;
  }
}

function productRows(
  { spectra, abundances, parts }: Unmixed,
  bands: readonly number[],
  { from, count, pixels }: { from: number; count: number; pixels: number },
): Float64Array {
  const out = new Float64Array(bands.length * count);
  for (const [at, band] of bands.entries()) {
    const line = out.subarray(at * count, (at + 1) * count);
    for (let a = 0; a < parts; a++) {
      const weight = spectra[band * parts + a];
      for (let i = 0; i < count; i++) line[i] += weight * abundances[a * pixels + from + i];
    }
  }
  return out;
}

const range = ({ bands }: RasterInfo) => Array.from({ length: bands }, (_, k) => k);
const asDoubles = (data: ArrayLike<number>) =>
  data instanceof Float64Array ? data : Float64Array.from(data);
