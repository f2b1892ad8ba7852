/** Parity of the indices against a reference: the `edge__*` cases. */

import type { Raster } from '@bandweave/image';
import { ergas, psnr, q, q2nMap, rmse, sam, scc, ssim } from '@bandweave/metrics';
import { type ParityCase, type Verdict, worse } from '../case.js';
import { maxAbsDifference, need, type Tensor, toRaster } from '../tensors.js';

type Tensors = ReadonlyMap<string, Tensor>;

/** The case's own tolerance for single numbers. */
export function absoluteTolerance({ json }: ParityCase): number {
  const tolerance = json.tolerance?.abs ?? json.recommended_tolerance?.abs;
  if (typeof tolerance !== 'number') throw new Error('expected tolerance.abs in case.json');
  return tolerance;
}

/** A number against the case's; null stands for what JSON cannot hold: infinity or NaN. */
export function compareNumber(
  name: string,
  { got, expected }: { readonly got: number; readonly expected: number | null },
  tolerance: number,
): Verdict {
  if (expected === null) {
    const error = Number.isFinite(got) ? Number.POSITIVE_INFINITY : 0;
    return { error, tolerance, note: `${name} not finite` };
  }
  return { error: Math.abs(got - expected), tolerance, note: name };
}

export interface Conventions {
  readonly ratio: number;
  readonly block: number;
  readonly peak: number;
}

/** Every index that the cases name, by their names. */
export const INDEX_BY_NAME: Readonly<
  Record<string, (estimate: Raster, reference: Raster, how: Conventions) => number>
> = {
  Q2n: (a, b, { block }) => q2nMap(a, b, { block, quantise: 'uint16' }).value,
  // The toolbox slides a window of 32 whatever the blocks of Q2n are.
  Q_avg: (a, b) => q(a, b, { block: 32 }),
  SAM: (a, b) => sam(a, b),
  ERGAS: (a, b, { ratio }) => ergas(a, b, { ratio }),
  SCC: (a, b) => scc(a, b),
  PSNR: (a, b, { peak }) => psnr(a, b, { peak }),
  MPSNR: (a, b, { peak }) => psnr(a, b, { peak, average: 'bands' }),
  RMSE: (a, b) => rmse(a, b),
  SSIM: (a, b, { peak }) => ssim(a, b, { peak }),
};

/** All indices of in_F against in_G. */
export function runReferenceIndices(parityCase: ParityCase, tensors: Tensors): Verdict {
  const { json } = parityCase;
  const tolerance = absoluteTolerance(parityCase);
  const block = json.parameters['Q2n block'];
  const how = { ratio: json.parameters.ratio, block, peak: 2 ** json.parameters.L - 1 };
  const estimate = toRaster(need(tensors, 'in_F'));
  const reference = toRaster(need(tensors, 'in_G'));
  const { map } = q2nMap(estimate, reference, { block, quantise: 'uint16' });
  const verdicts: Verdict[] = [];
  for (const [name, expected] of Object.entries<number | null>(json.expected)) {
    if (name === 'Q2n_map') {
      verdicts.push(compareNumber(name, { got: map[0], expected }, tolerance));
      continue;
    }
    const index = INDEX_BY_NAME[name];
    if (!index) throw new Error(`expected known indices, got ${name}`);
    const got = index(estimate, reference, how);
    verdicts.push(compareNumber(name, { got, expected }, tolerance));
  }
  const mapTensor = tensors.get('Q2n_map');
  if (mapTensor) {
    verdicts.push({ error: maxAbsDifference(map, mapTensor.data), tolerance, note: 'Q2n_map' });
  }
  return verdicts.reduce(worse);
}

/** img_qi(in_A, in_B, <block>) */
export function runSlidingQ(parityCase: ParityCase, tensors: Tensors): Verdict {
  const block = Number(/img_qi\([^,]+,[^,]+,\s*(\d+)/.exec(parityCase.json.function)?.[1] ?? 32);
  const got = q(toRaster(need(tensors, 'in_A')), toRaster(need(tensors, 'in_B')), { block });
  const expected = parityCase.json.expected.Q;
  return compareNumber('Q', { got, expected }, absoluteTolerance(parityCase));
}

/** q2n block <b> shift <s> of in_F against in_G */
export function runShiftedQ2n(parityCase: ParityCase, tensors: Tensors): Verdict {
  const [, block, shift] = /block (\d+) shift (\d+)/.exec(parityCase.json.function) ?? [];
  const tolerance = absoluteTolerance(parityCase);
  const { value, map } = q2nMap(toRaster(need(tensors, 'in_F')), toRaster(need(tensors, 'in_G')), {
    block: Number(block),
    shift: Number(shift),
    quantise: 'uint16',
  });
  const verdict = compareNumber(
    'Q2n',
    { got: value, expected: parityCase.json.expected.Q2n },
    tolerance,
  );
  const mapTensor = tensors.get('Q2n_map');
  if (!mapTensor) return verdict;
  const error = maxAbsDifference(map, mapTensor.data);
  return worse(verdict, { error, tolerance, note: 'Q2n_map' });
}
