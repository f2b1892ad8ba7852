/** The frequency branch: amplitude and phase of cube and guide, each blended by its own function. */

import {
  add,
  atan2,
  concat,
  constant,
  conv2d,
  cos,
  fft2,
  ifft2,
  mul,
  type Params,
  relu,
  reshape,
  sin,
  slice,
  sqrt,
  square,
  type Tensor,
  transpose,
} from '@bandweave/graph';
import { blend, implicitFunction } from './implicit.js';
import { type Neighbour, type Rows, withBorder } from './neighbours.js';

/** Modulus and angle in (-π, π] of a spectrum. */
export interface Polar {
  readonly amplitude: Tensor;
  readonly phase: Tensor;
}

/** Channels that are transformed together: more would hold their complex spectra at once. */
const CHANNELS_AT_ONCE = 16;

/** Of the unnormalised two-dimensional spectrum of each plane, zero frequency first. */
export function polarSpectrum(x: Tensor): Polar {
  const [, channels, height, width] = x.shape;
  const real = selfConjugate(height, width);
  const parts: Polar[] = [];
  for (let start = 0; start < channels; start += CHANNELS_AT_ONCE) {
    const stop = Math.min(channels, start + CHANNELS_AT_ONCE);
    const z = fft2({ real: slice(x, [{ axis: 1, start, stop }]) });
    // Rounding must not decide whether a negative real bin has the phase π or -π.
    const imaginary = mul(z.imaginary, real);
    const amplitude = sqrt(add(square(z.real), square(imaginary)));
    parts.push({ amplitude, phase: atan2(imaginary, z.real) });
  }
  return {
    amplitude: concat(
      parts.map((part) => part.amplitude),
      { axis: 1 },
    ),
    phase: concat(
      parts.map((part) => part.phase),
      { axis: 1 },
    ),
  };
}

/** 0 at the bins that are their own conjugate, whose imaginary part is nothing but rounding. */
function selfConjugate(height: number, width: number): Tensor {
  const values = new Float32Array(height * width).fill(1);
  const own = (n: number) => (n % 2 === 0 ? [0, n / 2] : [0]);
  for (const row of own(height)) for (const col of own(width)) values[row * width + col] = 0;
  return constant(values, [height, width]);
}

export interface FrequencyOptions {
  readonly hidden: readonly number[];
  readonly answers: number;
  readonly neighbours: readonly Neighbour[];
  readonly blocks: readonly Rows[];
}

/** Blended amplitude and phase [b, answers - 1, H, W] of coarse cells and a guide. */
export function blendedSpectrum(
  params: Params,
  { cells, guide }: { readonly cells: Tensor; readonly guide: Tensor },
  { hidden, answers, neighbours, blocks }: FrequencyOptions,
): Polar {
  const coarse = polarSpectrum(cells);
  const fine = polarSpectrum(guide);
  const [c, g] = [cells.shape[1], guide.shape[1]];
  const [, , height, width] = guide.shape;
  const amplitude = implicitFunction(
    params.scope('imnet1'),
    { cells: coarse.amplitude, guide: fine.amplitude },
    {
      hidden,
      answers,
      neighbours,
      blocks,
      columns: { cell: [[0, c]], guide: [c, c + g], place: [c + g, c + g + 2] },
    },
  );
  const border = withBorder(coarse.phase);
  const finePhase = flat(fine.phase);
  const phases = neighbours.map((neighbour) =>
    phaseFunction(params.scope('imnet2'), {
      border,
      guide: finePhase,
      height,
      width,
      neighbour,
      hidden,
      answers,
    }),
  );
  return { amplitude, phase: blend(phases) };
}

/** |IFFT2(A exp(jP))|, the amplitude of either sign. */
export function fromPolar({ amplitude, phase }: Polar): Tensor {
  const channels = amplitude.shape[1];
  const parts: Tensor[] = [];
  for (let start = 0; start < channels; start += CHANNELS_AT_ONCE) {
    const range = { axis: 1, start, stop: Math.min(channels, start + CHANNELS_AT_ONCE) };
    const [a, p] = [slice(amplitude, [range]), slice(phase, [range])];
    const { real, imaginary } = ifft2({ real: mul(a, cos(p)), imaginary: mul(a, sin(p)) });
    parts.push(sqrt(add(square(real), square(imaginary))));
  }
  return concat(parts, { axis: 1 });
}

interface PhaseInputs {
  readonly border: Tensor;
  /** [b, H W, g] */
  readonly guide: Tensor;
  readonly height: number;
  readonly width: number;
  readonly neighbour: Neighbour;
  readonly hidden: readonly number[];
  readonly answers: number;
}

/**
 * The phase's function has pairs of a 1x1 and a depthwise 3x3 convolution. It sees the values of
 * pixels, one pixel after the other, as if they were planes: the memory is read in that other form
 * without being put in order, and so is its answer. Trained weights depend on it.
 */
function phaseFunction(
  params: Params,
  { border, guide, height, width, neighbour, hidden, answers }: PhaseInputs,
): Tensor {
  const [batch] = border.shape;
  const all = { start: 0, stop: height };
  const place = flat(neighbour.relative(all));
  const places =
    batch === 1
      ? place
      : concat(
          Array.from({ length: batch }, () => place),
          { axis: 0 },
        );
  const pixels = concat([flat(neighbour.sample(border, all)), guide, places], { axis: 2 });
  let x = reshape(pixels, [batch, pixels.shape[2], height, width]);
  const widths = [...hidden, answers];
  widths.forEach((out, k) => {
    x = convolutionPair(params.scope(`layers.${2 * k}`), x, {
      out,
      activation: k < widths.length - 1 ? 'relu' : 'none',
    });
  });
  const answer = transpose(reshape(x, [batch, height * width, answers]), [0, 2, 1]);
  return reshape(answer, [batch, answers, height, width]);
}

/** [b, c, h, w] -> [b, h w, c] */
function flat(x: Tensor): Tensor {
  const [batch, channels, height, width] = x.shape;
  return transpose(reshape(x, [batch, channels, height * width]), [0, 2, 1]);
}

/** Output channels that a pair works out together: both its results need not be there whole. */
const PAIR_CHANNELS = 64;

/** A 1x1 convolution, a depthwise 3x3 one, both without bias, and what follows them. */
function convolutionPair(
  params: Params,
  x: Tensor,
  { out, activation }: { readonly out: number; readonly activation: 'relu' | 'none' },
): Tensor {
  const inputs = x.shape[1];
  const mixing = params.get('0.weight', [out, inputs, 1, 1]);
  const spreading = params.get('1.weight', [out, 1, 3, 3]);
  const parts: Tensor[] = [];
  for (let start = 0; start < out; start += PAIR_CHANNELS) {
    const range = { axis: 0, start, stop: Math.min(out, start + PAIR_CHANNELS) };
    const mixed = conv2d(x, slice(mixing, [range]));
    const spread = conv2d(mixed, slice(spreading, [range]), {
      padding: 1,
      groups: range.stop - start,
    });
    parts.push(activation === 'relu' ? relu(spread) : spread);
  }
  return concat(parts, { axis: 1 });
}
