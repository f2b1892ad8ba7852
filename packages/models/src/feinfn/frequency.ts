/** The frequency branch: amplitude and phase of cube and guide, each blended by its own function. */

import {
  add,
  after,
  atan2,
  concat,
  constant,
  conv2d,
  cos,
  fft2,
  ifft2,
  mul,
  type Params,
  padZeros,
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
import { type Neighbour, type Rows, rowBlocks, withBorder } from './neighbours.js';

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
    const part = slice(x, [{ axis: 1, start, stop }]);
    // One part after the other, so that only one complex spectrum is there at a time.
    const before = parts.at(-1);
    const z = fft2({ real: before ? after(part, before.phase) : part });
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
  const flatCoarse = flat(withBorder(coarse.phase));
  const flatFine = flat(fine.phase);
  // One neighbour after the other: each holds all pixels with all their values at once.
  const phases: Tensor[] = [];
  for (const neighbour of neighbours) {
    const cellsNow = after(flatCoarse, phases.at(-1) ?? flatFine);
    const place = flat(neighbour.relative({ start: 0, stop: height }));
    const places = concat(new Array<Tensor>(guide.shape[0]).fill(place), { axis: 0 });
    const pixels = concat([neighbour.sampleFlat(cellsNow), flatFine, places], { axis: 2 });
    phases.push(phaseFunction(params.scope('imnet2'), pixels, { height, width, hidden, answers }));
  }
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

interface PhaseOptions {
  readonly height: number;
  readonly width: number;
  readonly hidden: readonly number[];
  readonly answers: number;
}

/**
 * The phase's function has pairs of a 1x1 and a depthwise 3x3 convolution. It sees the values of
 * pixels [b, H W, c], one pixel after the other, as if they were planes: the memory is read in that
 * other form without being put in order, and so is its answer. Trained weights depend on it.
 */
function phaseFunction(
  params: Params,
  pixels: Tensor,
  { height, width, hidden, answers }: PhaseOptions,
): Tensor {
  const [batch, , channels] = pixels.shape;
  const planes = reshape(pixels, [batch, channels, height, width]);
  const pairs = [...hidden, answers].map((out, k, { length }) => {
    const inputs = k === 0 ? channels : hidden[k - 1];
    const scope = params.scope(`layers.${2 * k}`);
    return {
      mixing: scope.get('0.weight', [out, inputs, 1, 1]),
      spreading: scope.get('1.weight', [out, 1, 3, 3]),
      last: k === length - 1,
    };
  });
  const parts = rowBlocks(height, Math.max(channels, ...hidden) * width).map((rows) => {
    const reach = pairs.length;
    const first = Math.max(0, rows.start - reach);
    const stop = Math.min(height, rows.stop + reach);
    let x = slice(planes, [{ axis: 2, start: first, stop }]);
    pairs.forEach(({ mixing, spreading, last }, k) => {
      // Rows that the pairs to come still look at; beyond the image there are zeros at each layer.
      const more = reach - 1 - k;
      const above = rows.start - more <= 0 ? 1 : 0;
      const below = rows.stop + more >= height ? 1 : 0;
      const mixed = padZeros(conv2d(x, mixing), [0, 0, above, 0], [0, 0, below, 0]);
      const spread = conv2d(mixed, spreading, { padding: [0, 1], groups: mixed.shape[1] });
      x = last ? spread : relu(spread);
    });
    return x;
  });
  const whole = concat(parts, { axis: 2 });
  const answer = transpose(reshape(whole, [batch, height * width, answers]), [0, 2, 1]);
  return reshape(answer, [batch, answers, height, width]);
}

/** [b, c, h, w] -> [b, h w, c] */
function flat(x: Tensor): Tensor {
  const [batch, channels, height, width] = x.shape;
  return transpose(reshape(x, [batch, channels, height * width]), [0, 2, 1]);
}
