/** Fuses a pair that is in memory, as one window: the classical methods as plain functions. */

import { InputError, type Raster } from '@bandweave/image';
import { gather } from './gather.js';
import type { FusionMethod, FusionWindow, Scene } from './method.js';
import { alignedAxis, makeScene, type SceneOptions, toolboxAxis } from './scene.js';
import { cutWindow } from './window.js';

export interface FuseArraysOptions
  extends Pick<
    SceneOptions,
    'enlargement' | 'border' | 'bandWeights' | 'panType' | 'panGain' | 'block' | 'mode'
  > {
  /** Gain of the sensor's MTF at the MS Nyquist frequency, one a band; 0.3 each by default. */
  readonly msGains?: readonly number[];
  /**
   * Where MS samples lie: `aligned` shares PAN's outer edges, `toolbox` puts sample k at PAN pixel
   * ratio * k + ratio / 2, as the toolboxes reduce and enlarge.
   */
  readonly phase?: 'aligned' | 'toolbox';
  /** MS already on PAN's grid, [bands, height, width]; worked out from MS when absent. */
  readonly exp?: Float64Array;
  readonly mask?: Uint8Array;
  /** What `parametersOf` gave for another pair: the method as a fixed function of its images. */
  readonly parameters?: unknown;
}

/**
 * The fused image, [bands, height, width] of PAN, in float64.
 *
 * @throws InputError where PAN has more than one band or is smaller than MS
 */
export function fuseArrays(
  pair: ArrayPair,
  method: FusionMethod,
  options: FuseArraysOptions = {},
): Raster<Float64Array> {
  const { window, scene } = wholeWindow(pair, method, options);
  const parameters =
    options.parameters === undefined ? gather(method, scene, () => [window]) : options.parameters;
  return fuseWhole(window, scene, { method, parameters });
}

/** What a method works out of a whole pair before it fuses; null where there is nothing. */
export function parametersOf(
  pair: ArrayPair,
  method: FusionMethod,
  options: FuseArraysOptions = {},
): unknown {
  const { window, scene } = wholeWindow(pair, method, options);
  return gather(method, scene, () => [window]);
}

interface ArrayPair {
  readonly pan: Raster;
  readonly ms: Raster;
}

function wholeWindow(
  { pan, ms }: ArrayPair,
  method: FusionMethod,
  options: FuseArraysOptions,
): { readonly window: FusionWindow; readonly scene: Scene } {
  if (pan.bands !== 1) {
    throw new InputError(`fuse: expected a PAN of one band, got ${pan.bands}; pick one.`);
  }
  if (pan.height < ms.height || pan.width < ms.width) {
    throw new InputError(
      `fuse: expected PAN at least as large as MS, got ${pan.height}x${pan.width} over ${ms.height}x${ms.width}; exchange them?`,
    );
  }
  const { phase = 'aligned', msGains = new Array<number>(ms.bands).fill(0.3) } = options;
  const axis = phase === 'toolbox' ? toolboxAxis : alignedAxis;
  const scene = makeScene({
    ...options,
    bands: ms.bands,
    height: pan.height,
    width: pan.width,
    msHeight: ms.height,
    msWidth: ms.width,
    rows: axis(pan.height / ms.height),
    cols: axis(pan.width / ms.width),
    msGains,
  });
  const spans = {
    rows: { start: 0, end: pan.height },
    cols: { start: 0, end: pan.width },
  };
  const regions = { pan: { raster: pan, row: 0, col: 0 }, ms: { raster: ms, row: 0, col: 0 } };
  const { exp } = options;
  const window = cutWindow(regions, spans, {
    scene,
    method,
    float: 'float64',
    ...(exp ? { exp } : {}),
  });
  return { window, scene };
}

function fuseWhole(
  window: FusionWindow,
  scene: Scene,
  { method, parameters }: { readonly method: FusionMethod; readonly parameters: unknown },
): Raster<Float64Array> {
  const data = new Float64Array(scene.bands * window.height * window.width);
  method.fuse(window, scene, parameters, data);
  const head = { bands: scene.bands, height: window.height, width: window.width, data };
  return window.mask ? { ...head, mask: window.mask } : head;
}
