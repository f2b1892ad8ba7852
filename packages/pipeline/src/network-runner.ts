/** Runs a network over areas: overlapping windows on a fixed layout, blended. */

import { makeScene, type Region, type Scene, severalMethods } from '@bandweave/fusion';
import { allocate, borderIndex, type FloatSamples, InputError } from '@bandweave/image';
import type { FusionNetwork } from '@bandweave/models';
import {
  type AreaRunner,
  type FusedSamples,
  type FusePassOptions,
  giveWay,
  type PassOptions,
} from './area-runner.js';
import { addBlended, type Layout, layoutFor, type Placed, windowsOver } from './blend.js';
import { inOrder } from './in-order.js';
import { type Area, type Job, type NetworkFacts, windowsOf } from './job.js';
import { LatticePair } from './lattice-pair.js';
import { normsOf, unpackScene } from './network-parameters.js';
import { addWindow, statisticsSize } from './network-statistics.js';
import { windowInputs } from './network-window.js';
import { quantiseInto } from './quantise.js';
import { type Inputs, readRegions, windowOf } from './regions.js';
import { windowSampling } from './sample-window.js';
import { makeSpread, type Spread } from './spread.js';

/** What the images of an area are made of. */
interface AreaRequest {
  readonly area: Area;
  readonly placed: readonly Placed[];
  readonly pair: LatticePair;
  readonly parameters: unknown;
  readonly options: FusePassOptions;
}

export class NetworkRunner implements AreaRunner {
  readonly job: Job;
  private readonly inputs: Inputs;
  private readonly scene: Scene;
  private readonly facts: NetworkFacts;
  private readonly layout: { readonly rows: Layout; readonly cols: Layout };
  private network: Promise<FusionNetwork> | undefined;

  constructor(job: Job, inputs: Inputs) {
    if (!job.network) throw new Error('network runner: expected a job of a network');
    this.job = job;
    this.inputs = inputs;
    this.scene = makeScene(job.scene);
    this.facts = job.network;
    const { height, width } = this.scene;
    this.layout = { rows: layoutFor(height, this.facts), cols: layoutFor(width, this.facts) };
  }

  async close(): Promise<void> {
    const network = await this.network?.catch(() => undefined);
    await network?.close();
  }

  async statistics(area: Area, { signal }: PassOptions = {}): Promise<Float64Array> {
    const { facts, scene } = this;
    const sums = new Float64Array(statisticsSize(facts, scene));
    for (const part of windowsOf(area, 512)) {
      await giveWay(signal);
      const { window, pan } = await this.window(part, signal);
      const guide = facts.panBands > 1 ? guideOf(pan, part) : window.pan;
      addWindow(sums, window, { facts, scene, guide });
    }
    return sums;
  }

  async fuse(
    area: Area,
    parameters: unknown,
    options: FusePassOptions = {},
  ): Promise<FusedSamples> {
    const placed = windowsOver(area, this.layout);
    const pair = await LatticePair.read(this.inputs, placed, {
      job: this.job,
      scene: this.scene,
      facts: this.facts,
      ...(options.signal ? { signal: options.signal } : {}),
    });
    const request = { area, placed, pair, parameters, options };
    const { samples = 1 } = this.facts.sampling ?? {};
    if (samples === 1) return this.finish(await this.blended(request, 0), area, options);
    const spread = makeSpread();
    for (let sample = 0; sample < samples; sample++) {
      spread.add(await this.blended(request, sample));
    }
    return this.finish(spread.mean(), area, options, spread);
  }

  /** The area in samples of the scene, its windows joined; one image of several. */
  private async blended(
    { area, placed, pair, parameters, options }: AreaRequest,
    sample: number,
  ): Promise<Float32Array> {
    const { signal, onStep } = options;
    const { inputs, job, scene, facts, layout } = this;
    const norms = normsOf(job, parameters);
    const found = unpackScene(parameters);
    const pixels = (area.rows.end - area.rows.start) * (area.cols.end - area.cols.start);
    const sums = new Float32Array(scene.bands * pixels);
    const shares = new Float32Array(pixels);
    const sharpen = async (window: Placed) => {
      await giveWay(signal);
      this.network ??= this.open();
      const network = await this.network;
      const given = await windowInputs(pair, window, { inputs, job, scene, parameters, signal });
      const sampling =
        facts.sampling &&
        (await windowSampling(network, window, given, {
          job,
          facts: facts.sampling,
          sample,
          onStep,
        }));
      return network.run(given, {
        ...(signal ? { signal } : {}),
        ...(found ? { scene: found } : {}),
        ...(sampling ? { sampling } : {}),
      });
    };
    await inOrder(placed, {
      ahead: facts.lanes,
      start: sharpen,
      take: (fused, window) => addBlended(fused, window, { area, layout, sums, shares }),
      signal,
    });
    const ranged = facts.preparation.normalise === 'range';
    for (let i = 0; i < sums.length; i++) {
      const { offset, scale } = norms.ms[Math.floor(i / pixels)];
      const value = sums[i] / shares[i % pixels] || 0;
      sums[i] = (ranged ? Math.min(1, Math.max(0, value)) : value) * scale + offset;
    }
    return sums;
  }

  private async open(): Promise<FusionNetwork> {
    const { method } = this.job;
    const { weights, threads, lanes, ratio } = this.facts;
    const { openFusionNetwork } = await import('@bandweave/models');
    const pair = { msBands: this.scene.bands, ratio, exactRatio: ratio };
    return openFusionNetwork(method, weights, { threads, workers: lanes, pair, ratio });
  }

  /** The area's samples in the output's type, with what the mask strikes out as nodata. */
  private async finish(
    values: FloatSamples,
    area: Area,
    { signal }: FusePassOptions,
    spread?: Spread,
  ): Promise<FusedSamples> {
    const { output } = this.job;
    const height = area.rows.end - area.rows.start;
    const width = area.cols.end - area.cols.start;
    const pixels = height * width;
    const { mask } = (await this.window(area, signal)).window;
    const samples = allocate(output.dataType, output.bands.length * pixels);
    quantiseInto({ data: samples, height, width, row: 0, col: 0 }, values, {
      ...output,
      height,
      width,
      ...(mask ? { mask } : {}),
    });
    const valid = mask ? mask.reduce((sum, one) => sum + one, 0) : pixels;
    if (!output.uncertainty || !spread) return { samples, valid };
    const uncertainty = spread.picture({ bands: output.bands, pixels, ...(mask ? { mask } : {}) });
    return { samples, valid, uncertainty };
  }

  /** The area as the base sees it: enlarged MS, PAN and what is valid. */
  private async window(area: Area, signal: AbortSignal | undefined) {
    const method = severalMethods(this.facts.preparation.base);
    const parts = { job: this.job, scene: this.scene, method };
    const regions = await readRegions(this.inputs, area, {
      ...parts,
      ...(signal ? { signal } : {}),
    });
    return { window: windowOf(regions, area, parts), pan: regions.pan };
  }
}

/** All bands of a guide over an area, its edges repeated. */
function guideOf({ raster, row, col }: Region, { rows, cols }: Area): Float64Array {
  const { bands, height, width, data } = raster;
  const out = new Float64Array(bands * (rows.end - rows.start) * (cols.end - cols.start));
  for (let band = 0, to = 0; band < bands; band++) {
    for (let y = rows.start; y < rows.end; y++) {
      const from = (band * height + borderIndex(y - row, height, 'replicate')) * width;
      for (let x = cols.start; x < cols.end; x++, to++) {
        out[to] = data[from + borderIndex(x - col, width, 'replicate')];
      }
    }
  }
  return out;
}

/** What a network's file must agree with in the pair. */
export function checkNetwork(
  facts: { readonly msBands: number; readonly panBands: number; readonly ratio: number },
  pair: {
    readonly bands: number;
    readonly panBands: number;
    readonly ratio: { rows: number; cols: number };
  },
  weights: string,
): void {
  const { msBands, panBands, ratio } = facts;
  if (panBands !== pair.panBands) {
    const guide = pair.panBands === 1 ? 'a PAN of one band' : `a guide of ${pair.panBands} bands`;
    throw new InputError(
      `${weights}: expected weights for ${guide}, got ${panBands}; choose other weights.`,
    );
  }
  if (msBands !== pair.bands) {
    throw new InputError(
      `${weights}: expected weights for ${pair.bands} MS bands, got ${msBands}; choose other weights or bands.`,
    );
  }
  const off = Math.max(
    Math.abs(pair.ratio.rows / ratio - 1),
    Math.abs(pair.ratio.cols / ratio - 1),
  );
  if (off > 0.1) {
    throw new InputError(
      `${weights}: expected weights for ratio ${Number(pair.ratio.cols.toFixed(3))}, got ${ratio}; choose other weights.`,
    );
  }
}
