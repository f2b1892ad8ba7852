/** Runs a classical method over areas, window by window. */

import {
  type FusionMethod,
  findMethod,
  makeScene,
  type Scene,
  WindowBuffers,
} from '@bandweave/fusion';
import { allocate, type FloatSamples } from '@bandweave/image';
import {
  type AreaRunner,
  type FusedSamples,
  type FusePassOptions,
  giveWay,
  type PassOptions,
} from './area-runner.js';
import { type Area, type Job, windowsOf } from './job.js';
import { quantiseInto } from './quantise.js';
import { type Inputs, type Regions, readRegions, windowOf } from './regions.js';

/** Side of the windows of the statistics pass: fixed, so that `--tile` never changes a sum. */
const STATISTICS_SIDE = 512;

export class ClassicalRunner implements AreaRunner {
  readonly job: Job;
  private readonly inputs: Inputs;
  private readonly scene: Scene;
  private readonly method: FusionMethod;
  private readonly buffers = new WindowBuffers();

  constructor(job: Job, inputs: Inputs) {
    this.job = job;
    this.inputs = inputs;
    this.scene = makeScene(job.scene);
    this.method = findMethod(job.method);
  }

  async close(): Promise<void> {}

  async statistics(area: Area, { first, signal }: PassOptions = {}): Promise<Float64Array> {
    const { statistics, refinement } = this.method;
    const again = first !== undefined && refinement;
    const size = again ? refinement.size(this.scene, first) : statistics?.size(this.scene);
    const sums = new Float64Array(size ?? 0);
    if (!statistics) return sums;
    const regions = await this.regions(area, signal);
    for (const part of windowsOf(area, STATISTICS_SIDE)) {
      await giveWay(signal);
      const window = windowOf(regions, part, { ...this.parts, buffers: this.buffers });
      if (again) refinement.add(window, this.scene, { first, sums });
      else statistics.add(window, this.scene, sums);
    }
    return sums;
  }

  async fuse(
    area: Area,
    parameters: unknown,
    { signal }: FusePassOptions = {},
  ): Promise<FusedSamples> {
    const { output, tile } = this.job;
    const width = area.cols.end - area.cols.start;
    const height = area.rows.end - area.rows.start;
    const out = allocate(output.dataType, output.bands.length * height * width);
    const regions = await this.regions(area, signal);
    let valid = 0;
    // Methods overwrite all of it, so windows of one size share it.
    let fused: FloatSamples = new Float32Array(0);
    for (const part of windowsOf(area, tile)) {
      await giveWay(signal);
      const window = windowOf(regions, part, { ...this.parts, buffers: this.buffers });
      const pixels = window.height * window.width;
      if (fused.length !== window.exp.length) fused = window.exp.slice();
      this.method.fuse(window, this.scene, parameters, fused);
      const { rows, cols } = part;
      const target = {
        data: out,
        height,
        width,
        row: rows.start - area.rows.start,
        col: cols.start - area.cols.start,
      };
      quantiseInto(target, fused, {
        ...output,
        height: window.height,
        width: window.width,
        ...(window.mask ? { mask: window.mask } : {}),
      });
      valid += window.mask ? window.mask.reduce((sum, one) => sum + one, 0) : pixels;
    }
    return { samples: out, valid };
  }

  private get parts() {
    return { job: this.job, scene: this.scene, method: this.method };
  }

  private regions(area: Area, signal?: AbortSignal): Promise<Regions> {
    return readRegions(this.inputs, area, { ...this.parts, ...(signal ? { signal } : {}) });
  }
}
