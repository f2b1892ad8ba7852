/** Makes a scene from sizes and geometry: where MS lies under the output grid and how it is enlarged. */

import {
  type AxisMap,
  type Border,
  type DataType,
  interp23Axis,
  isInterp23Ratio,
  type ResamplingName,
  resamplingMap,
  type Span,
} from '@bandweave/image';
import { onWholePixels } from './low-pass/decimation-map.js';
import type { Mode, Scene } from './method.js';

/** One axis: the centre of MS pixel i lies at `phase + i * ratio` (0 = centre of output 0). */
export interface AxisGeometry {
  readonly ratio: number;
  readonly phase: number;
}

/** `auto`: the 23-tap polynomial where MS centres fall as in the toolbox, else GDAL's cubic. */
export type Enlargement = ResamplingName | '23tap' | 'auto';

export interface SceneOptions {
  readonly bands: number;
  readonly height: number;
  readonly width: number;
  readonly msHeight: number;
  readonly msWidth: number;
  readonly rows: AxisGeometry;
  readonly cols: AxisGeometry;
  readonly panExtent?: { readonly rows: Span; readonly cols: Span };
  readonly enlargement?: Enlargement;
  /** `circular`, the toolbox's, only where one window is the whole scene. */
  readonly border?: Border;
  readonly msGains: readonly number[];
  readonly bandWeights?: readonly number[];
  readonly panType?: DataType;
  /** 0.15 by default, which the toolboxes take for sensors that they do not know. */
  readonly panGain?: number;
  readonly block?: number;
  /** `mended` by default. */
  readonly mode?: Mode;
}

/** The phase of the toolbox: MS sample k at PAN pixel ratio * k + ratio / 2. */
export function toolboxAxis(ratio: number): AxisGeometry {
  return { ratio, phase: Math.floor(ratio / 2) };
}

/** Pixels that share their outer edge: the centre of MS pixel 0 at (ratio - 1) / 2. */
export function alignedAxis(ratio: number): AxisGeometry {
  return { ratio, phase: (ratio - 1) / 2 };
}

export function makeScene(options: SceneOptions): Scene {
  const { height, width, msHeight, msWidth, rows, cols, enlargement = 'auto' } = options;
  const polynomial = [rows, cols].every((axis) => takesPolynomial(axis, enlargement));
  return {
    bands: options.bands,
    height,
    width,
    msHeight,
    msWidth,
    ratio: { rows: rows.ratio, cols: cols.ratio },
    phase: { rows: rows.phase, cols: cols.phase },
    polynomial,
    enlarge: {
      rows: enlargeMap({ inputs: msHeight, outputs: height, ...rows }, enlargement),
      cols: enlargeMap({ inputs: msWidth, outputs: width, ...cols }, enlargement),
    },
    panExtent: options.panExtent ?? {
      rows: { start: 0, end: height },
      cols: { start: 0, end: width },
    },
    msBorder: options.border ?? 'replicate',
    msGains: options.msGains,
    ...(options.bandWeights ? { bandWeights: options.bandWeights } : {}),
    panType: options.panType ?? 'float64',
    panGain: options.panGain ?? 0.15,
    ...(options.block ? { block: options.block } : {}),
    mode: options.mode ?? 'mended',
  };
}

interface MapOptions extends AxisGeometry {
  readonly inputs: number;
  readonly outputs: number;
}

function takesPolynomial({ ratio, phase }: AxisGeometry, enlargement: Enlargement): boolean {
  if (enlargement !== 'auto') return enlargement === '23tap';
  const whole = onWholePixels({ panSize: 0, msSize: 0, ratio, phase });
  return isInterp23Ratio(Math.round(ratio)) && whole;
}

function enlargeMap(axis: MapOptions, enlargement: Enlargement): AxisMap {
  const { inputs, outputs, ratio, phase } = axis;
  if (takesPolynomial(axis, enlargement)) {
    return polynomialMap({ inputs, outputs, ratio: Math.round(ratio), phase: Math.round(phase) });
  }
  const name = enlargement === 'auto' || enlargement === '23tap' ? 'cubic' : enlargement;
  const scale = 1 / ratio;
  // Output o has its centre at MS coordinate (o - phase) / ratio + 0.5.
  return resamplingMap({ inputs, outputs, scale, shift: 0.5 - (phase + 0.5) * scale }, name);
}

function polynomialMap({ inputs, outputs, ratio, phase }: MapOptions): AxisMap {
  const axis = interp23Axis(inputs, ratio, { first: ratio / 2 - phase, length: outputs });
  return {
    inputs,
    outputs,
    taps: axis.taps,
    first: axis.starts,
    weights: axis.weights,
    negativeLobes: true,
  };
}
