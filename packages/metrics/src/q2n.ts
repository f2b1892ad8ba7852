/**
 * Q2n: the universal image quality index of vector-valued images (Alparone et al. 2004 for four
 * bands, Garzelli and Nencini 2009 for any number), in the toolboxes' convention.
 */

import { borderIndex, InputError, type Raster } from '@bandweave/image';
import { productSigns } from './hypercomplex.js';
import type { IndexInfo } from './index-info.js';
import { type MaskOption, requireSameShape, validPixels } from './shapes.js';

export const Q2N: IndexInfo = {
  key: 'q2n',
  title: 'Q2n',
  range: [0, 1],
  best: 1,
  direction: 'higher',
  unit: '',
  convention: 'toolbox: blocks of 32, counts rounded to 16 bits',
};

/**
 * Whether samples are rounded and clamped to 0..65535 first, as the toolbox does. `auto`: where the
 * reference holds integers; reflectance between 0 and 1 would collapse to two values.
 */
export type Quantise = 'uint16' | 'none' | 'auto';

export interface Q2nOptions extends MaskOption {
  /** Side of the square blocks in pixels; 32 by default. */
  readonly block?: number;
  /** Pixels from one block to the next; the block's side by default. */
  readonly shift?: number;
  readonly quantise?: Quantise;
}

export interface Q2nResult {
  readonly value: number;
  /** [rows, columns] of blocks, NaN where fewer than half of a block's pixels are valid. */
  readonly map: Float64Array;
  readonly rows: number;
  readonly columns: number;
}

/**
 * Q2n with its map of blocks; 1 is perfect.
 *
 * Every block is standardised by the reference block's band means and deviations and shifted by 1;
 * then Q = |cov(z1, z2*)| / (s1 s2) · 2 s1 s2 / (s1² + s2²) · 2 |m1||m2| / (|m1|² + |m2|²) over
 * hypercomplex pixels z with as many components as the next power of two of the bands. Sizes that
 * are no multiple of `shift` are continued by a half-point mirror. The result is the mean over
 * blocks. As in the toolbox, a block in which a reference band is constant (and not zero) and the
 * estimate's is not counts as 0.
 *
 * @param estimate  [bands, height, width]
 * @param reference same shape and unit; it standardises, so the two are not interchangeable
 */
export function q2nMap(
  estimate: Raster,
  reference: Raster,
  { block = 32, shift = block, quantise = 'auto', mask }: Q2nOptions = {},
): Q2nResult {
  requireSameShape('q2n', estimate, reference);
  if (!(Number.isInteger(block) && block >= 2 && Number.isInteger(shift) && shift >= 1)) {
    throw new InputError(
      `q2n: expected a whole block from 2 and shift from 1 on, got ${block} and ${shift}.`,
    );
  }
  const valid = validPixels([estimate, reference], mask);
  const rows = Math.ceil(reference.height / shift);
  const columns = Math.ceil(reference.width / shift);
  const map = new Float64Array(rows * columns);
  const work = makeWorkspace(estimate.bands, block * block);
  const cast = quantise === 'uint16' || (quantise === 'auto' && holdsIntegers(reference));
  let sum = 0;
  let count = 0;
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const corner = { row: row * shift, col: column * shift, block };
      const indices = blockPixels(reference, corner, { valid, into: work.indices });
      const enough = 2 * indices.length >= block * block && indices.length > 1;
      const value = enough
        ? blockQuality({ estimate, reference, cast }, indices, work)
        : Number.NaN;
      map[row * columns + column] = value;
      if (enough) {
        sum += value;
        count++;
      }
    }
  }
  return { value: sum / count, map, rows, columns };
}

/** The mean of `q2nMap`. */
export function q2n(estimate: Raster, reference: Raster, options: Q2nOptions = {}): number {
  return q2nMap(estimate, reference, options).value;
}

/**
 * Q2n of a scene seen window by window. The value is that of the whole scene where windows begin at
 * multiples of the block, are multiples of it except at the scene's end, and are never smaller.
 */
export class Q2nAccumulator {
  private sum = 0;
  private count = 0;

  add(estimate: Raster, reference: Raster, options: Omit<Q2nOptions, 'shift'> = {}): this {
    for (const value of q2nMap(estimate, reference, options).map) {
      if (Number.isNaN(value)) continue;
      this.sum += value;
      this.count++;
    }
    return this;
  }

  merge(other: Q2nAccumulator): this {
    this.sum += other.sum;
    this.count += other.count;
    return this;
  }

  value(): number {
    return this.sum / this.count;
  }
}

function holdsIntegers({ data }: Raster): boolean {
  return !(data instanceof Float32Array || data instanceof Float64Array);
}

interface Workspace {
  readonly bands: number;
  /** [bands, pixels] of the block, centred. */
  readonly estimate: Float64Array;
  readonly reference: Float64Array;
  readonly indices: Int32Array;
  readonly scaleReference: Float64Array;
  readonly scaleEstimate: Float64Array;
}

function makeWorkspace(bands: number, pixels: number): Workspace {
  return {
    bands,
    estimate: new Float64Array(bands * pixels),
    reference: new Float64Array(bands * pixels),
    indices: new Int32Array(pixels),
    scaleReference: new Float64Array(bands),
    scaleEstimate: new Float64Array(bands),
  };
}

/** The pixels of a block that count; beyond the image its mirror. */
function blockPixels(
  { height, width }: Raster,
  { row, col, block }: { row: number; col: number; block: number },
  { valid, into }: { valid: Uint8Array | undefined; into: Int32Array },
): Int32Array {
  let count = 0;
  for (let y = row; y < row + block; y++) {
    const line = borderIndex(y, height, 'symmetric') * width;
    for (let x = col; x < col + block; x++) {
      const at = line + (x < width ? x : borderIndex(x, width, 'symmetric'));
      if (valid === undefined || valid[at] === 1) into[count++] = at;
    }
  }
  return into.subarray(0, count);
}

/** What std2 is replaced by where it is 0. */
const EPSILON = 2 ** -52;

function blockQuality(
  { estimate, reference, cast }: { estimate: Raster; reference: Raster; cast: boolean },
  indices: Int32Array,
  work: Workspace,
): number {
  const { bands } = work;
  const n = indices.length;
  const size = reference.height * reference.width;
  // Components beyond the bands are zeros, which standardise to 1: they only count in the means.
  const components = 2 ** Math.ceil(Math.log2(bands));
  const means1 = components;
  let means2 = components - bands;
  let variances = 0;
  for (let band = 0; band < bands; band++) {
    const at = band * n;
    const from = band * size;
    const g = gather(reference, { from, indices, cast, into: work.reference, at });
    const f = gather(estimate, { from, indices, cast, into: work.estimate, at });
    const deviation = Math.sqrt(g.squares / (n - 1)) || EPSILON;
    // The toolbox asks whether the mean is 0, not the deviation, before it leaves the scale out.
    const scale = g.mean === 0 ? 1 : deviation;
    const mean = (f.mean - g.mean) / scale + 1;
    means2 += mean * mean;
    variances += g.squares / (n - 1) / deviation ** 2 + f.squares / (n - 1) / scale ** 2;
    work.scaleReference[band] = 1 / deviation;
    work.scaleEstimate[band] = 1 / scale;
  }
  const bias = (2 * Math.sqrt(means1 * means2)) / (means1 + means2);
  if (variances === 0) return bias;
  return (covarianceModulus(work, n, components) * bias * 2) / variances;
}

/** A band's samples of a block, centred; their mean and sum of squared deviations. */
function gather(
  { data }: Raster,
  {
    from,
    indices,
    cast,
    into,
    at,
  }: { from: number; indices: Int32Array; cast: boolean; into: Float64Array; at: number },
): { mean: number; squares: number } {
  const n = indices.length;
  let sum = 0;
  for (let i = 0; i < n; i++) {
    let value = data[from + indices[i]];
    // Halves go up, as they do from zero on in the toolbox; below it all becomes 0.
    if (cast) value = value > 0 ? (value < 65535 ? Math.floor(value + 0.5) : 65535) : 0;
    into[at + i] = value;
    sum += value;
  }
  const mean = sum / n;
  let squares = 0;
  for (let i = 0; i < n; i++) {
    const centred = into[at + i] - mean;
    into[at + i] = centred;
    squares += centred * centred;
  }
  return { mean, squares };
}

/**
 * |cov(z1, z2*)|: the product is bilinear, so its mean is a signed sum of the bands' covariances
 * and no pixel is ever multiplied out.
 */
function covarianceModulus(work: Workspace, n: number, components: number): number {
  const { bands, reference, estimate, scaleReference, scaleEstimate } = work;
  const signs = productSigns(components);
  const product = new Float64Array(components);
  for (let i = 0; i < bands; i++) {
    for (let j = 0; j < bands; j++) {
      const p = i * n;
      const q = j * n;
      let even = 0;
      let odd = 0;
      let k = 0;
      for (; k + 1 < n; k += 2) {
        even += reference[p + k] * estimate[q + k];
        odd += reference[p + k + 1] * estimate[q + k + 1];
      }
      if (k < n) even += reference[p + k] * estimate[q + k];
      const covariance = ((even + odd) / (n - 1)) * scaleReference[i] * scaleEstimate[j];
      const conjugate = j === 0 ? 1 : -1;
      product[i ^ j] += signs[i * components + j] * conjugate * covariance;
    }
  }
  let squares = 0;
  for (const component of product) squares += component * component;
  return Math.sqrt(squares);
}
