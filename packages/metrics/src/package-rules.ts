/** Where torchmetrics and sewar fix an index otherwise than the toolboxes: what they say instead. */

import type { Convention } from './convention.js';
import type { IndexInfo } from './index-info.js';

type Rule = Pick<IndexInfo, 'convention'> & Partial<Pick<IndexInfo, 'range' | 'unit' | 'title'>>;

const RADIANS = { range: [0, Math.PI], unit: 'radians' } as const;
const DETAILS = 'Laplacian details in sliding windows of 8';

export const PACKAGE_RULES: Readonly<
  Record<Exclude<Convention, 'toolbox'>, Readonly<Record<string, Rule>>>
> = {
  torchmetrics: {
    sam: { ...RADIANS, convention: 'torchmetrics: between spectra, in radians' },
    ergas: { convention: 'torchmetrics since the ratio was mended: 100 over the ratio' },
    scc: { convention: `torchmetrics: ${DETAILS}` },
    ssim: { convention: 'torchmetrics: 11 x 11 Gaussian of 1.5, mirrored border' },
    q: { title: 'UQI', convention: 'torchmetrics: 11 x 11 Gaussian of 1.5' },
    rase: { convention: 'torchmetrics: windows of 8, means divided by 64 once more' },
    d_lambda: { convention: 'torchmetrics: MS at its own resolution, UQI' },
    d_s: { convention: 'torchmetrics: MS at its own resolution, PAN by a 7 x 7 mean, UQI' },
    qnr: { convention: 'torchmetrics: of its D_lambda and D_s' },
  },
  sewar: {
    sam: { ...RADIANS, convention: 'sewar: between whole bands, in radians' },
    ergas: { convention: 'sewar: 100 times the ratio' },
    scc: { convention: `sewar: ${DETAILS}` },
    ssim: { convention: 'sewar: 11 x 11 equal weights, windows inside the image' },
    q: { title: 'UQI', convention: 'sewar: windows of 8, means in place of sums' },
    rase: { convention: 'sewar: windows of 8, also across bands, divided by 64 once more' },
    d_lambda: { convention: 'sewar: MS at its own resolution, its UQI' },
  },
};
