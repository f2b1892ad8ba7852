/** Parity of D_rho and the indices after reprojection. */

import { findSensor, msGainsFor } from '@bandweave/image';
import { dRho, estimatePhases, reproject, reprojectionIndices } from '@bandweave/metrics';
import { type ParityCase, type Verdict, worse } from '../case.js';
import { maxAbsDifference, need, type Tensor, toRaster } from '../tensors.js';
import { compareNumber } from './metrics-indices.js';
import { fusedImage, loadScene } from './metrics-tables.js';

/** One method's expected figures; R_Q is null in the original too. */
interface Expected {
  readonly D_rho: number;
  readonly R_Q2n: number;
  readonly R_SAM: number;
  readonly R_ERGAS: number;
  readonly shift_r: readonly number[];
  readonly shift_c: readonly number[];
}

export function runReprojection(
  parityCase: ParityCase,
  tensors: ReadonlyMap<string, Tensor>,
): Verdict {
  const { json } = parityCase;
  const scene = loadScene(parityCase);
  const ms = toRaster(need(scene.tensors, 'MS_LR'));
  const pan = toRaster(need(scene.tensors, 'PAN'));
  const ratio = json.parameters.ratio;
  const gains = msGainsFor(findSensor(json.parameters.sensor), ms.bands);
  const phases = estimatePhases(ms, pan, { ratio, gains });
  const verdicts: Verdict[] = [];
  let images = 0;
  for (const [method, expected] of Object.entries<Expected>(json.expected)) {
    const fused = fusedImage(scene, method);
    if (!fused) continue;
    images++;
    const add = (name: keyof Expected & string, got: number, limit: number) => {
      const value = expected[name] as number;
      verdicts.push(compareNumber(`${method} ${name}`, { got, expected: value }, limit));
    };
    add(
      'D_rho',
      dRho(fused, pan, { halfWidth: json.parameters['D_rho half_width'] }),
      json.tolerance.D_rho_abs,
    );
    const back = reprojectionIndices(
      fused,
      { ms, pan },
      { ratio, gains, block: json.parameters['Q block'], quantise: 'uint16' },
    );
    add('R_Q2n', back.r_q2n, json.tolerance.others_abs);
    add('R_SAM', back.r_sam, json.tolerance.others_abs);
    add('R_ERGAS', back.r_ergas, json.tolerance.others_abs);
    const shifts = phases.flatMap(({ row, col }) => [row + 1, col + 1]);
    const wanted = expected.shift_r.flatMap((row, band) => [row, expected.shift_c[band]]);
    verdicts.push({ error: maxAbsDifference(shifts, wanted), tolerance: 0, note: 'phases' });
    const stored = tensors.get(`${method}_reproj`);
    if (stored) {
      verdicts.push({
        error: maxAbsDifference(
          reproject(fused, phases, { ratio, gains }).data,
          toRaster(stored).data,
        ),
        tolerance: method === 'EXP' ? 1e-6 : 1e-3,
        note: `${method}_reproj`,
      });
    }
  }
  const worst = verdicts.reduce(worse);
  return { ...worst, note: `${worst.note} (${images} images)` };
}
