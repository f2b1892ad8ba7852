/** The frequency branch: amplitude and phase of cube and guide, each blended by its own function. */

import {
  add,
  atan2,
  concat,
  constant,
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
import { convLayer } from '@bandweave/nn';
import { blend, implicitFunction } from './implicit.js';
import { type Neighbour, type Rows, withBorder } from './neighbours.js';

/** Modulus and angle in (-π, π] of a spectrum. */
export interface Polar {
  readonly amplitude: Tensor;
  readonly phase: Tensor;
}

/** Channels that are transformed together: more would hold their complex spectra at once. */
const CHANNELS_AT_ONCE = 32;

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
  const phases = neighbours.map((neighbour) =>
    phaseFunction(params.scope('imnet2'), {
      border,
      guide: fine.phase,
      neighbour,
      hidden,
      answers,
    }),
  );
  return { amplitude, phase: blend(phases) };
}

/** |IFFT2(A exp(jP))|, the amplitude of either sign. */
export function fromPolar({ amplitude, phase }: Polar): Tensor {
  const { real, imaginary } = ifft2({
    real: mul(amplitude, cos(phase)),
    imaginary: mul(amplitude, sin(phase)),
  });
  return sqrt(add(square(real), square(imaginary)));
}

interface PhaseInputs {
  readonly border: Tensor;
  readonly guide: Tensor;
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
  { border, guide, neighbour, hidden, answers }: PhaseInputs,
): Tensor {
  const [batch, , height, width] = guide.shape;
  const all = { start: 0, stop: height };
  const place = neighbour.relative(all);
  const places =
    batch === 1
      ? [place]
      : [
          concat(
            Array.from({ length: batch }, () => place),
            { axis: 0 },
          ),
        ];
  const seen = concat([neighbour.sample(border, all), guide, ...places], { axis: 1 });
  const channels = seen.shape[1];
  const pixels = transpose(reshape(seen, [batch, channels, height * width]), [0, 2, 1]);
  let x = reshape(pixels, [batch, channels, height, width]);
  const widths = [...hidden, answers];
  widths.forEach((out, k) => {
    const pair = params.scope(`layers.${2 * k}`);
    x = convLayer(pair.scope('0'), x, { out, kernel: 1, bias: 'no' });
    x = convLayer(pair.scope('1'), x, { out, kernel: 3, padding: 1, groups: out, bias: 'no' });
    if (k < widths.length - 1) x = relu(x);
  });
  const answer = transpose(reshape(x, [batch, height * width, answers]), [0, 2, 1]);
  return reshape(answer, [batch, answers, height, width]);
}
