/** Orthogonal matching pursuit over the patches of an image, with coefficients for each band. */

import type { Raster } from '@bandweave/image';
import type { Mode } from '../method.js';

export interface PatchImages {
  /** Details of PAN, one band for each of MS. */
  readonly high: Raster<Float64Array>;
  /** The same one scale down. */
  readonly low: Raster<Float64Array>;
  /** Details of MS at that scale. */
  readonly target: Raster<Float64Array>;
  readonly ratio: number;
}

export interface PursuitOptions {
  readonly patch: number;
  readonly overlap: number;
  readonly atoms: number;
  /** As released, fits have no ridge: an atom may be all but a sum of those before it. */
  readonly mode: Mode;
}

/**
 * Added to the diagonal of every fit, unless as released, as a share of the energy that an average
 * patch of PAN's details has: where one scale down little of it is left, it would be blown up.
 */
const RIDGE = 1e-3;
/** Systems whose determinant is less give no coefficients, as in the original. */
const SMALLEST_DETERMINANT = 0.1;

/** High-resolution details, one plane a band: sums of patches of `high`, averaged where they overlap. */
export function pursue(images: PatchImages, options: PursuitOptions): Float64Array[] {
  const { low, high, target, ratio } = images;
  const patch = Math.min(options.patch, low.height, low.width);
  const overlap = Math.min(options.overlap, patch - 1);
  const rows = starts(low.height, patch, overlap);
  const cols = starts(low.width, patch, overlap);
  const places = rows.flatMap((row) => cols.map((col) => ({ row, col })));
  const dictionary = patchesOf(low, places, patch);
  const ridge = options.mode === 'released' ? 0 : RIDGE * patch * patch * meanSquare(high.data);
  const wanted = patchesOf(target, places, patch);
  const out = Array.from({ length: high.bands }, () => new Float64Array(high.height * high.width));
  const counts = new Float64Array(high.height * high.width);
  const side = patch * ratio;
  places.forEach((place, i) => {
    const found = decompose(
      dictionary,
      wanted.subarray(i * dictionary.size, (i + 1) * dictionary.size),
      {
        first: i,
        atoms: options.atoms,
        ridge,
      },
    );
    addPatch(counts, high, { place, side, ratio });
    for (let k = 0; k < high.bands; k++) {
      found.chosen.forEach((atom, j) => {
        const share = found.shares[k][j];
        if (share !== 0) {
          copyPatch(
            { high, out: out[k], band: k },
            { from: places[atom], to: place, side, ratio, share },
          );
        }
      });
    }
  });
  for (const plane of out) {
    for (let p = 0; p < plane.length; p++) if (counts[p] > 0) plane[p] /= counts[p];
  }
  return out;
}

/** Where patches begin: at even steps, the last moved back to end with the image. */
function starts(size: number, patch: number, overlap: number): number[] {
  const step = patch - overlap;
  const count = Math.max(1, Math.ceil((size - overlap) / step));
  return Array.from({ length: count }, (_, i) => Math.min(i * step, size - patch));
}

interface Place {
  readonly row: number;
  readonly col: number;
}

interface Dictionary {
  /** [patches, bands, patch * patch] */
  readonly data: Float64Array;
  readonly count: number;
  readonly bands: number;
  /** Values of a patch, all bands. */
  readonly size: number;
  subarray(start: number, end: number): Float64Array;
}

function patchesOf(
  { bands, height, width, data }: Raster<Float64Array>,
  places: readonly Place[],
  patch: number,
): Dictionary {
  const size = bands * patch * patch;
  const out = new Float64Array(places.length * size);
  let at = 0;
  for (const { row, col } of places) {
    for (let k = 0; k < bands; k++) {
      for (let y = 0; y < patch; y++) {
        const from = (k * height + row + y) * width + col;
        out.set(data.subarray(from, from + patch), at);
        at += patch;
      }
    }
  }
  return {
    data: out,
    count: places.length,
    bands,
    size,
    subarray: (start, end) => out.subarray(start, end),
  };
}

interface Decomposition {
  readonly chosen: readonly number[];
  /** [bands][chosen] */
  readonly shares: readonly Float64Array[];
}

function decompose(
  dictionary: Dictionary,
  wanted: Float64Array,
  {
    first,
    atoms,
    ridge,
  }: { readonly first: number; readonly atoms: number; readonly ridge: number },
): Decomposition {
  const { data, bands, size } = dictionary;
  const own = size / bands;
  const rest = wanted.slice();
  const chosen: number[] = [];
  let shares: Float64Array[] = [];
  while (chosen.length < atoms) {
    if (dot(rest, rest) === 0) break;
    chosen.push(chosen.length === 0 ? first : mostAlike(dictionary, rest));
    shares = [];
    rest.set(wanted);
    for (let k = 0; k < bands; k++) {
      const columns = chosen.map((atom) =>
        data.subarray(atom * size + k * own, atom * size + (k + 1) * own),
      );
      const share = fitted(columns, wanted.subarray(k * own, (k + 1) * own), ridge);
      shares.push(share);
      columns.forEach((column, j) => {
        for (let p = 0; p < own; p++) rest[k * own + p] -= share[j] * column[p];
      });
    }
  }
  return {
    chosen,
    shares: shares.length > 0 ? shares : Array.from({ length: bands }, () => new Float64Array(0)),
  };
}

function meanSquare(values: Float64Array): number {
  return dot(values, values) / Math.max(1, values.length);
}

/** The patch with the largest product in size; the first of equals. */
function mostAlike({ data, count, size }: Dictionary, rest: Float64Array): number {
  let best = 0;
  let most = -1;
  for (let i = 0; i < count; i++) {
    const start = i * size;
    let a = 0;
    let b = 0;
    let c = 0;
    let d = 0;
    let p = 0;
    for (; p + 3 < size; p += 4) {
      a += data[start + p] * rest[p];
      b += data[start + p + 1] * rest[p + 1];
      c += data[start + p + 2] * rest[p + 2];
      d += data[start + p + 3] * rest[p + 3];
    }
    for (; p < size; p++) a += data[start + p] * rest[p];
    const product = Math.abs(a + b + (c + d));
    if (product > most) {
      most = product;
      best = i;
    }
  }
  return best;
}

/** Least squares of the wanted values on the columns; zeros where they are not independent. */
function fitted(
  columns: readonly Float64Array[],
  wanted: Float64Array,
  ridge: number,
): Float64Array {
  const n = columns.length;
  const lower = new Float64Array(n * n);
  const x = new Float64Array(n);
  let determinant = 1;
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = dot(columns[i], columns[j]);
      for (let m = 0; m < j; m++) sum -= lower[i * n + m] * lower[j * n + m];
      if (i === j) {
        sum += ridge;
        determinant *= sum;
        if (!(sum > 0)) return new Float64Array(n);
        lower[i * n + i] = Math.sqrt(sum);
      } else lower[i * n + j] = sum / lower[j * n + j];
    }
  }
  if (ridge === 0 && !(determinant > SMALLEST_DETERMINANT)) return x;
  for (let i = 0; i < n; i++) {
    let sum = dot(columns[i], wanted);
    for (let m = 0; m < i; m++) sum -= lower[i * n + m] * x[m];
    x[i] = sum / lower[i * n + i];
  }
  for (let i = n - 1; i >= 0; i--) {
    let sum = x[i];
    for (let m = i + 1; m < n; m++) sum -= lower[m * n + i] * x[m];
    x[i] = sum / lower[i * n + i];
  }
  return x;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let p = 0; p < a.length; p++) sum += a[p] * b[p];
  return sum;
}

interface Target {
  readonly place: Place;
  readonly side: number;
  readonly ratio: number;
}

function addPatch(
  counts: Float64Array,
  { width }: { readonly width: number },
  { place, side, ratio }: Target,
): void {
  for (let y = 0; y < side; y++) {
    const start = (place.row * ratio + y) * width + place.col * ratio;
    for (let p = start; p < start + side; p++) counts[p]++;
  }
}

function copyPatch(
  {
    high,
    out,
    band,
  }: { readonly high: Raster<Float64Array>; readonly out: Float64Array; readonly band: number },
  {
    from,
    to,
    side,
    ratio,
    share,
  }: {
    readonly from: Place;
    readonly to: Place;
    readonly side: number;
    readonly ratio: number;
    readonly share: number;
  },
): void {
  const { height, width, data } = high;
  for (let y = 0; y < side; y++) {
    const source = (band * height + from.row * ratio + y) * width + from.col * ratio;
    const target = (to.row * ratio + y) * width + to.col * ratio;
    for (let x = 0; x < side; x++) out[target + x] += share * data[source + x];
  }
}
