/**
 * Interpolation along one axis as a matrix: row i holds what output i takes from each input.
 * Cubic kernel: Keys 1981. Antialiasing: the kernel widened by the ratio, as Pillow does.
 */

export type ResizeMode = 'nearest' | 'bilinear' | 'bicubic';

/**
 * 'half-pixel': the outer edges of both images coincide; 'corners': the centres of their corner
 * pixels do (PyTorch's align_corners).
 */
export type ResizeAlign = 'half-pixel' | 'corners';

export interface AxisResize {
  readonly from: number;
  readonly to: number;
  readonly mode: ResizeMode;
  readonly align: ResizeAlign;
  readonly antialias: boolean;
  /** Slope of the cubic kernel at 1. */
  readonly coefficient: number;
}

type Kernel = (distance: number) => number;

const triangle: Kernel = (d) => Math.max(0, 1 - Math.abs(d));

function cubic(a: number): Kernel {
  return (distance) => {
    const d = Math.abs(distance);
    if (d < 1) return ((a + 2) * d - (a + 3)) * d * d + 1;
    return d < 2 ? a * (((d - 5) * d + 8) * d - 4) : 0;
  };
}

/** Where output i stands among the inputs. */
function sourcePosition(i: number, { from, to, align }: AxisResize): number {
  if (align === 'corners') return to === 1 ? 0 : (i * (from - 1)) / (to - 1);
  return ((i + 0.5) * from) / to - 0.5;
}

/** Which input each output copies in mode 'nearest': floor(i · from / to), as PyTorch. */
export function nearestSources({ from, to }: Pick<AxisResize, 'from' | 'to'>): number[] {
  return Array.from({ length: to }, (_, i) => Math.floor((i * from) / to));
}

/** The matrix [to, from], row by row. */
export function resizeMatrix(plan: AxisResize): Float64Array {
  const { from, to, mode, antialias, coefficient } = plan;
  const weights = new Float64Array(to * from);
  if (mode === 'nearest') {
    nearestSources(plan).forEach((source, i) => {
      weights[i * from + source] = 1;
    });
    return weights;
  }
  const kernel = mode === 'bilinear' ? triangle : cubic(coefficient);
  const reach = mode === 'bilinear' ? 1 : 2;
  for (let i = 0; i < to; i++) {
    const row = weights.subarray(i * from, (i + 1) * from);
    if (antialias)
      widened(row, { centre: sourcePosition(i, plan), kernel, reach, ratio: from / to });
    else interpolated(row, { centre: sourcePosition(i, plan), kernel, reach });
  }
  return weights;
}

interface RowPlan {
  readonly centre: number;
  readonly kernel: Kernel;
  readonly reach: number;
}

/** What lies outside is taken from the border pixel. */
function interpolated(row: Float64Array, { centre, kernel, reach }: RowPlan): void {
  const base = Math.floor(centre);
  for (let j = base - reach + 1; j <= base + reach; j++) {
    row[Math.min(Math.max(j, 0), row.length - 1)] += kernel(centre - j);
  }
}

/** What lies outside does not count, and the rest is scaled to add up to one. */
function widened(
  row: Float64Array,
  { centre, kernel, reach, ratio }: RowPlan & { readonly ratio: number },
): void {
  const scale = Math.max(1, ratio);
  let total = 0;
  const first = Math.max(0, Math.ceil(centre - reach * scale));
  const last = Math.min(row.length - 1, Math.floor(centre + reach * scale));
  for (let j = first; j <= last; j++) {
    row[j] = kernel((j - centre) / scale);
    total += row[j];
  }
  for (let j = first; j <= last; j++) row[j] /= total;
}
