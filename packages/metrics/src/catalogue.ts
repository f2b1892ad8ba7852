/** Every index that there is, in the order in which tables show them. */

import { CC } from './cc.js';
import type { Convention } from './convention.js';
import { D_LAMBDA } from './d-lambda.js';
import { D_LAMBDA_K } from './d-lambda-k.js';
import { D_RHO } from './d-rho.js';
import { D_S } from './d-s.js';
import { D_S_REGRESSION } from './d-s-regression.js';
import { ERGAS } from './ergas.js';
import { FSDS } from './fsds.js';
import type { IndexInfo } from './index-info.js';
import { PACKAGE_RULES } from './package-rules.js';
import { PSNR } from './psnr.js';
import { Q } from './q.js';
import { Q2N } from './q2n.js';
import { HQNR, QNR } from './qnr.js';
import { RASE } from './rase.js';
import { R_ERGAS, R_Q2N, R_SAM } from './reprojection.js';
import { RMSE } from './rmse.js';
import { SAM } from './sam.js';
import { SCC } from './scc.js';
import { MS_SSIM } from './sewar/ms-ssim.js';
import { VIF } from './sewar/vif.js';
import { SSIM } from './ssim.js';

export const REFERENCE_INDICES: readonly IndexInfo[] = [
  Q2N,
  SAM,
  ERGAS,
  SCC,
  PSNR,
  SSIM,
  RMSE,
  CC,
  Q,
  FSDS,
];

export const FULL_RESOLUTION_INDICES: readonly IndexInfo[] = [D_LAMBDA, D_S, QNR, D_LAMBDA_K, HQNR];

/** Indices of the full-resolution evaluation tool (Scarpa and Ciotola 2022). */
export const REPROJECTION_INDICES: readonly IndexInfo[] = [D_RHO, R_Q2N, R_SAM, R_ERGAS];

/** Indices that stand beside the usual tables. */
export const FURTHER_INDICES: readonly IndexInfo[] = [RASE, D_S_REGRESSION, MS_SSIM, VIF];

const ALL: readonly IndexInfo[] = [
  ...REFERENCE_INDICES,
  ...FULL_RESOLUTION_INDICES,
  ...REPROJECTION_INDICES,
  ...FURTHER_INDICES,
];

/** What an index is, by its key, in a package's convention; undefined for a key that is none. */
export function indexInfo(key: string, convention: Convention = 'toolbox'): IndexInfo | undefined {
  const info = ALL.find((candidate) => candidate.key === key);
  const rule = convention === 'toolbox' ? undefined : PACKAGE_RULES[convention][key];
  return info && rule ? { ...info, ...rule } : info;
}
