/** The algebra of QWSNM: thresholds, quaternion singular values and transforms, blur kernels. */

import {
  averageKernel,
  blur,
  closedForm,
  gaussianKernel,
  gst,
  gstThreshold,
  inverseQuaternionFft,
  motionKernel,
  placeKernel,
  type QuaternionMatrix,
  quaternionFft,
  quaternionSvd,
  reweighted,
  withSingularValues,
} from '@bandweave/restoration';
import { type Verdict, worse } from '../case.js';
import { maxAbsDifference, need, type Tensor, toRaster } from '../tensors.js';

type Tensors = ReadonlyMap<string, Tensor>;

/** Errors relative to the reference, absolute below 1. */
function relative(got: ArrayLike<number>, { data }: Tensor): number {
  return Array.from(data).reduce(
    (most, value, i) => Math.max(most, Math.abs(got[i] - value) / Math.max(1, Math.abs(value))),
    got.length === data.length ? 0 : Number.POSITIVE_INFINITY,
  );
}

// biome-ignore lint/suspicious/noExplicitAny: the form of case.json
export function thresholds(io: Tensors, config: any): Verdict {
  const values = (name: string) => Array.from(need(io, name).data);
  const rule = { steps: config.J as number, reweightings: config.reweightings as number };
  const [powers, weights, inputs] = ['ps', 'ws', 'ss'].map(values);
  const grid = (sign: number) =>
    powers.flatMap((power) =>
      weights.flatMap((weight) =>
        inputs.map((s) => gst(sign * s, weight, { power, ...rule, noWeight: 'released' })),
      ),
    );
  const taus = powers.flatMap((power) =>
    weights.map((w) => (w === 0 && power < 1 ? -1 : gstThreshold(w, power))),
  );
  const random = values('rs').flatMap((s, i) =>
    values('rp').map((power) => gst(s, values('rw')[i], { power, ...rule, noWeight: 'released' })),
  );
  const again = values('sv').flatMap((s) =>
    values('C').flatMap((constant) =>
      values('RWp').flatMap((power) =>
        [s, Math.sqrt(Math.max(s * s - 80 * 900, 0))].map((start) =>
          reweighted(s, { constant, start, rule: { power, ...rule } }),
        ),
      ),
    ),
  );
  const closed = values('sv').flatMap((s) =>
    values('C').map((constant) => closedForm(s, constant)),
  );
  const checks: [string, number[]][] = [
    ['G', grid(1)],
    ['Gneg', grid(-1)],
    ['TAU', taus],
    ['GR', random],
    ['RW', again],
    ['WN', closed],
  ];
  return checks
    .map(
      ([note, got]): Verdict => ({ error: relative(got, need(io, note)), tolerance: 1e-10, note }),
    )
    .reduce(worse);
}

function quaternion(io: Tensors, name: string, parts: readonly string[]): QuaternionMatrix {
  const [height, width] = need(io, name + parts[1]).shape;
  const [w, x, y, z] = parts.map(
    (part) => io.get(name + part)?.data ?? new Float64Array(height * width),
  );
  return { height, width, w, x, y, z };
}

function difference(a: QuaternionMatrix, b: QuaternionMatrix): number {
  return Math.max(...(['w', 'x', 'y', 'z'] as const).map((k) => maxAbsDifference(a[k], b[k])));
}

export function singularValues(io: Tensors, cases: readonly string[]): Verdict {
  const verdicts = cases.flatMap((name): Verdict[] => {
    const q = quaternion(io, name, ['.w', '.x', '.y', '.z']);
    const svd = quaternionSvd(q);
    const soft = withSingularValues(
      svd,
      svd.s.map((s) => Math.max(s - 0.8, 0)),
    );
    const expected = quaternion(io, name, ['.soft_w', '.soft_x', '.soft_y', '.soft_z']);
    return [
      { error: relative(svd.s, need(io, `${name}.s`)), tolerance: 1e-10, note: `${name}.s` },
      { error: difference(soft, expected), tolerance: 1e-10, note: `${name}.soft` },
      {
        error: relative(stacked(q), need(io, `${name}.s_released`)),
        tolerance: 1e-10,
        note: `${name}.s_released`,
      },
    ];
  });
  return verdicts.reduce(worse);
}

/** √2 times the singular values of the real stack [w; x; y; z]. */
function stacked({ height, width, w, x, y, z }: QuaternionMatrix): number[] {
  const zero = new Float64Array(4 * height * width);
  const stack = Float64Array.from([...w, ...x, ...y, ...z]);
  const real = { height: 4 * height, width, w: stack, x: zero, y: zero, z: zero };
  return Array.from(quaternionSvd(real).s, (s) => Math.SQRT2 * s);
}

export function fourier(io: Tensors): Verdict {
  const verdicts: Verdict[] = [];
  const check = (error: number, note: string, tolerance = 1e-10) => {
    verdicts.push({ error, tolerance, note });
  };
  for (const name of [...io.keys()].filter((key) => key.endsWith('.Fw'))) {
    const f = name.slice(0, -3);
    const spectrum = quaternionFft(quaternion(io, f, ['.w', '.x', '.y', '.z']));
    check(difference(spectrum, quaternion(io, f, ['.Fw', '.Fx', '.Fy', '.Fz'])), name, 1e-10 * 255);
    const turn = (part: Float64Array) => part.map((value) => -value);
    const { x, y, z } = spectrum;
    const back = inverseQuaternionFft({ ...spectrum, x: turn(x), y: turn(y), z: turn(z) });
    const expected = quaternion(io, f, ['.iconj_w', '.iconj_x', '.iconj_y', '.iconj_z']);
    check(difference(back, expected), `${f}.iconj`, 1e-10 * 255);
  }
  const kernels = [...io.keys()].filter((key) => key.startsWith('psf_'));
  for (const name of kernels) check(relative(kernelNamed(name).data, need(io, name)), name);
  if (io.has('blur.a')) {
    const picture = toRaster(need(io, 'blur.a'));
    const of = (key: string) =>
      kernelNamed(kernels.find((name) => name.startsWith(`psf_${key}`)) ?? '');
    for (const [number, kernel] of [
      ['1', of('motion_20')],
      ['2', of('gauss')],
    ] as const) {
      if (!io.has(`blur.b${number}`)) continue;
      const expected = toRaster(need(io, `blur.b${number}`));
      check(maxAbsDifference(blur(picture, kernel).data, expected.data), 'blur', 1e-10 * 255);
      check(maxAbsDifference(placeKernel(kernel, picture), need(io, `blur.H${number}`).data), 'H');
    }
  }
  return verdicts.reduce(worse);
}

/** psf_motion_20_60, psf_gauss_25_1p6, psf_average_9. */
function kernelNamed(name: string) {
  const [, kind, ...numbers] = name.split('_');
  const [a, b] = numbers.map((text) => Number(text.replace('p', '.')));
  if (kind === 'motion') return motionKernel(a, b);
  if (kind === 'gauss') return gaussianKernel(a, b);
  if (kind === 'average') return averageKernel(a);
  throw new Error(`parity: expected a kernel of motion, gauss or average, got ${name}.`);
}
