/** Runs a method whose mathematics couples all pixels: over the scene, or over blended blocks. */

import { type FusionMethod, findMethod, makeScene, type Scene } from '@bandweave/fusion';
import { allocate, type FloatSamples } from '@bandweave/image';
import {
  type AreaRunner,
  type FusedSamples,
  type FusePassOptions,
  giveWay,
} from './area-runner.js';
import { addBlended, type Layout, layoutFor, type Placed, windowsOver } from './blend.js';
import type { Area, BlockFacts, Job } from './job.js';
import { quantiseInto } from './quantise.js';
import { type Inputs, readRegions, windowOf } from './regions.js';

export class SceneRunner implements AreaRunner {
  readonly job: Job;
  private readonly inputs: Inputs;
  private readonly scene: Scene;
  private readonly method: FusionMethod;
  private readonly layout: { readonly rows: Layout; readonly cols: Layout };

  constructor(job: Job, inputs: Inputs) {
    this.job = job;
    this.inputs = inputs;
    this.scene = makeScene(job.scene);
    this.method = findMethod(job.method);
    const { height, width } = this.scene;
    const facts = job.blocks as BlockFacts;
    this.layout = { rows: layoutFor(height, facts), cols: layoutFor(width, facts) };
  }

  async close(): Promise<void> {}

  /** Such methods gather nothing beforehand. */
  async statistics(): Promise<Float64Array> {
    return new Float64Array(0);
  }

  async fuse(
    area: Area,
    _parameters: unknown,
    { signal }: FusePassOptions = {},
  ): Promise<FusedSamples> {
    const height = area.rows.end - area.rows.start;
    const width = area.cols.end - area.cols.start;
    const pixels = height * width;
    const placed = windowsOver(area, this.layout);
    const mask = new Uint8Array(pixels);
    let values: FloatSamples;
    if (this.layout.rows.starts.length === 1 && this.layout.cols.starts.length === 1) {
      // Its one area is the scene.
      values = await this.block(area, { area, mask, signal });
    } else {
      const sums = new Float32Array(this.scene.bands * pixels);
      const shares = new Float32Array(pixels);
      for (const block of placed) {
        await giveWay(signal);
        const inside = this.inside(block);
        const fused = await this.block(inside, { area, mask, signal });
        addBlended(Float32Array.from(fused), inside, { area, layout: this.layout, sums, shares });
      }
      for (let i = 0; i < sums.length; i++) sums[i] /= shares[i % pixels];
      values = sums;
    }
    const { output } = this.job;
    const samples = allocate(output.dataType, output.bands.length * pixels);
    const known = mask.reduce((sum, one) => sum + one, 0);
    quantiseInto({ data: samples, height, width, row: 0, col: 0 }, values, {
      ...output,
      height,
      width,
      ...(known < pixels ? { mask } : {}),
    });
    return { samples, valid: known };
  }

  /** The block, which may reach beyond the scene, cut off where that ends. */
  private inside({ rows, cols }: Placed): Area {
    const { height, width } = this.scene;
    return {
      rows: { start: rows.start, end: Math.min(rows.end, height) },
      cols: { start: cols.start, end: Math.min(cols.end, width) },
    };
  }

  /** The block fused; `mask` of the area learns what it knows. */
  private async block(
    block: Area,
    {
      area,
      mask,
      signal,
    }: { readonly area: Area; readonly mask: Uint8Array; readonly signal: AbortSignal | undefined },
  ): Promise<FloatSamples> {
    const parts = { job: this.job, scene: this.scene, method: this.method };
    const regions = await readRegions(this.inputs, block, {
      ...parts,
      ...(signal ? { signal } : {}),
    });
    const window = windowOf(regions, block, parts);
    const width = area.cols.end - area.cols.start;
    const start = Math.max(block.cols.start, area.cols.start);
    const end = Math.min(block.cols.end, area.cols.end);
    const first = Math.max(block.rows.start, area.rows.start);
    const last = Math.min(block.rows.end, area.rows.end);
    for (let row = first; row < last; row++) {
      const to = (row - area.rows.start) * width + start - area.cols.start;
      const from = (row - block.rows.start) * window.width + start - block.cols.start;
      if (window.mask) mask.set(window.mask.subarray(from, from + end - start), to);
      else mask.fill(1, to, to + end - start);
    }
    const fused = new Float64Array(window.exp.length);
    // A block without any data has nothing to fuse.
    if (!window.mask || window.mask.includes(1)) {
      this.method.fuse(window, this.scene, null, fused);
    }
    return fused;
  }
}
