/** Parity of the image filters that the indices and methods stand on. */

import {
  atrousDecimate,
  atrousFilter,
  bandKernels,
  findSensor,
  type ImresizeMethod,
  type ImresizeTarget,
  imresize,
  interp23tap,
  mtfFilter,
  mtfKernel,
  type Raster,
  waldDegrade,
} from '@bandweave/image';
import { type ParityCase, type Verdict, worse } from '../case.js';
import { maxAbsDifference, need, type Tensor, toRaster } from '../tensors.js';

type Tensors = ReadonlyMap<string, Tensor>;
type FilterRunner = (parityCase: ParityCase, tensors: Tensors) => Verdict;

/** By what the case's `function` begins with. */
export const FILTER_RUNNERS: readonly (readonly [string, FilterRunner])[] = [
  ['genMTF', kernels],
  ['MTF_PAN and LPfilterGauss', panKernels],
  ['normalised MTF kernels', normalisedKernels],
  ['MTF / MTF_PAN', filters],
  ['interp23tap', interpolations],
  ['imresize', resizes],
  ['LPfilter', atrous],
  ['resize_images', wald],
];

function compare({ json }: ParityCase, pairs: readonly Comparison[]): Verdict {
  const tolerance = json.tolerance?.max_abs ?? json.recommended_tolerance?.max_abs;
  if (typeof tolerance !== 'number') throw new Error('expected tolerance.max_abs in case.json');
  if (pairs.length === 0) throw new Error('expected outputs to compare, got none');
  return pairs
    .map(
      ({ name, got, expected }): Verdict => ({
        error: maxAbsDifference(got, expected),
        tolerance,
        note: name,
      }),
    )
    .reduce(worse);
}

interface Comparison {
  readonly name: string;
  readonly got: ArrayLike<number>;
  readonly expected: ArrayLike<number>;
}

/** Gains as the case lists them ("A/B" names two sensors), else those of the sensor table. */
function gainsOf({ json }: ParityCase, sensor: string): number | readonly number[] {
  const listed: unknown = json.gains_at_nyquist;
  for (const [names, gains] of Object.entries(listed ?? {})) {
    const match = names.split('/').some((name) => name.toLowerCase() === sensor.toLowerCase());
    if (match && typeof gains !== 'string') return gains;
  }
  const { msGains } = findSensor(sensor === 'none' ? 'generic' : sensor);
  return new Set(msGains).size === 1 ? msGains[0] : msGains;
}

function panGainOf({ json }: ParityCase, sensor: string): number {
  for (const [names, gain] of Object.entries(json.gains_at_nyquist ?? {})) {
    const match = names.split('/').some((name) => name.toLowerCase() === sensor.toLowerCase());
    if (match && typeof gain === 'number') return gain;
  }
  return findSensor(sensor === 'none' ? 'generic' : sensor).panGain;
}

/** mtf_<sensor>_r<ratio>, [41, 41, bands] */
function kernels(parityCase: ParityCase, tensors: Tensors): Verdict {
  const pairs: Comparison[] = [];
  for (const [name, tensor] of tensors) {
    const [, sensor, ratio] = /^mtf_(.+)_r(\d+)$/.exec(name) ?? [];
    if (sensor === undefined) continue;
    const expected = toRaster(tensor);
    const made = bandKernels(expected.bands, {
      gains: gainsOf(parityCase, sensor),
      ratio: Number(ratio),
    });
    const size = expected.height * expected.width;
    made.forEach((kernel, band) => {
      pairs.push({
        name,
        got: kernel.weights,
        expected: expected.data.subarray(band * size, (band + 1) * size),
      });
    });
  }
  return compare(parityCase, pairs);
}

function panKernels(parityCase: ParityCase, tensors: Tensors): Verdict {
  const pairs: Comparison[] = [];
  for (const [name, { data }] of tensors) {
    const [, kind, ratio] = /^(mtfpan_.+|lpgauss)_r(\d+)$/.exec(name) ?? [];
    if (kind === undefined) continue;
    const kernel =
      kind === 'lpgauss'
        ? mtfKernel({ gain: 0.3, ratio: Number(ratio), width: 'n' })
        : mtfKernel({ gain: panGainOf(parityCase, kind.slice(7)), ratio: Number(ratio) });
    pairs.push({ name, got: kernel.weights, expected: data });
  }
  return compare(parityCase, pairs);
}

/** mtf_norm_<group with _ for ->_r<ratio>, [41, 41, bands] */
function normalisedKernels(parityCase: ParityCase, tensors: Tensors): Verdict {
  const pairs: Comparison[] = [];
  for (const [name, tensor] of tensors) {
    const [, group, ratio] = /^mtf_norm_(.+)_r(\d+)$/.exec(name) ?? [];
    if (group === undefined) continue;
    const expected = toRaster(tensor);
    const size = expected.height * expected.width;
    const gains = gainsOf(parityCase, group.replaceAll('_', '-'));
    for (let band = 0; band < expected.bands; band++) {
      const gain = typeof gains === 'number' ? gains : gains[band];
      const kernel = mtfKernel({ gain, ratio: Number(ratio), normalise: 'unit-sum' });
      pairs.push({
        name,
        got: kernel.weights,
        expected: expected.data.subarray(band * size, (band + 1) * size),
      });
    }
  }
  return compare(parityCase, pairs);
}

function filters(parityCase: ParityCase, tensors: Tensors): Verdict {
  const ratio = parityCase.json.parameters?.ratio ?? 4;
  const pairs: Comparison[] = [];
  for (const [name, { data }] of tensors) {
    const [, kind, sensor] = /^mtf_(filter|pan_filter)_(.+)$/.exec(name) ?? [];
    if (kind === undefined) continue;
    const pan = kind === 'pan_filter';
    const image = toRaster(need(tensors, pan ? `in_${sensor}_pan` : `in_${sensor}`));
    const gains = pan ? panGainOf(parityCase, sensor) : gainsOf(parityCase, sensor);
    const made = bandKernels(image.bands, { gains, ratio });
    pairs.push({ name, got: interleave(mtfFilter(image, made)), expected: data });
  }
  return compare(parityCase, pairs);
}

function interpolations(parityCase: ParityCase, tensors: Tensors): Verdict {
  const pairs: Comparison[] = [];
  for (const [name, { data }] of tensors) {
    const [, ratio, scene] = /^interp23_x(\d+)_(.+)$/.exec(name) ?? [];
    if (ratio === undefined) continue;
    const image = toRaster(need(tensors, `in_${scene}`));
    pairs.push({ name, got: interleave(interp23tap(image, Number(ratio))), expected: data });
  }
  return compare(parityCase, pairs);
}

const METHODS: Readonly<Record<string, ImresizeMethod>> = {
  bic: 'bicubic',
  bil: 'bilinear',
  near: 'nearest',
};
const FRACTIONS: Readonly<Record<string, number>> = {
  half: 1 / 2,
  third: 1 / 3,
  quarter: 1 / 4,
  fifth: 1 / 5,
  sixth: 1 / 6,
  eighth: 1 / 8,
};

/** ir_<method>_<target> of the one input; the figures come from Octave. */
function resizes(parityCase: ParityCase, tensors: Tensors): Verdict {
  const input = [...tensors.keys()].find((name) => name.startsWith('in_'));
  const image = toRaster(need(tensors, input ?? 'in_small'));
  const pairs: Comparison[] = [];
  for (const [name, { data }] of tensors) {
    const [, method, target] = /^ir_(bic|bil|near)_(.+)$/.exec(name) ?? [];
    if (method === undefined) continue;
    const got = imresize(image, {
      ...parseTarget(target),
      method: METHODS[method],
      flavour: 'octave',
    });
    pairs.push({ name, got: interleave(got), expected: data });
  }
  return compare(parityCase, pairs);
}

function parseTarget(target: string): ImresizeTarget {
  const times = /^x(\d+(?:\.\d+)?)$/.exec(target);
  if (times) return { scale: Number(times[1]) };
  const size = /^(\d+)x(\d+)$/.exec(target);
  if (size) return { height: Number(size[1]), width: Number(size[2]) };
  const scale = FRACTIONS[target];
  if (scale === undefined) throw new Error(`expected a resize target, got ${target}`);
  return { scale };
}

/** lpfilter_atrous_r<ratio> and lpfilter_atrous_dec_r<ratio> of the one input. */
function atrous(parityCase: ParityCase, tensors: Tensors): Verdict {
  const input = [...tensors.keys()].find((name) => name.startsWith('in_'));
  const image = toRaster(need(tensors, input ?? 'in_qb_pan'));
  const pairs: Comparison[] = [];
  for (const [name, { data }] of tensors) {
    const [, decimated, ratio] = /^lpfilter_atrous_(dec_)?r(\d+)$/.exec(name) ?? [];
    if (ratio === undefined) continue;
    const filter = decimated ? atrousDecimate : atrousFilter;
    pairs.push({ name, got: interleave(filter(image, Number(ratio))), expected: data });
  }
  return compare(parityCase, pairs);
}

/** wald[<ratio>]_<ms|pan>_<sensor> of in_<sensor> and in_<sensor>_pan; ratio 4 where none is named. */
function wald(parityCase: ParityCase, tensors: Tensors): Verdict {
  const pairs: Comparison[] = [];
  for (const [name, { data }] of tensors) {
    const [, digits, kind, sensor] = /^wald(\d*)_(ms|pan)_(.+)$/.exec(name) ?? [];
    if (kind === undefined) continue;
    const ms = toRaster(need(tensors, `in_${sensor}`));
    const pan = toRaster(need(tensors, `in_${sensor}_pan`));
    const gains = gainsOf(parityCase, sensor);
    const ratio = digits === '' ? (parityCase.json.parameters?.ratio ?? 4) : Number(digits);
    const pair = waldDegrade({ ms, pan }, { ratio, gains });
    pairs.push({ name, got: interleave(kind === 'ms' ? pair.ms : pair.pan), expected: data });
  }
  return compare(parityCase, pairs);
}

/** [height, width, bands], as the cases store images. */
function interleave({ bands, height, width, data }: Raster): Float64Array {
  const size = height * width;
  const out = new Float64Array(data.length);
  for (let band = 0; band < bands; band++) {
    for (let i = 0; i < size; i++) out[i * bands + band] = data[band * size + i];
  }
  return out;
}
