/** Blurs an image towards its border, so that a Fourier transform sees no jump there. */

interface Size {
  readonly height: number;
  readonly width: number;
}

/**
 * `matlab`: the blur wraps round, its share is the circular autocorrelation of the box, and values
 * stay within those of the image. `octave`: beyond the border lies 0, which darkens it.
 */
export type TaperFlavour = 'matlab' | 'octave';

/**
 * a J + (1 - a) blurred J, with a the product of a profile along each axis that climbs from the
 * border to 1 over `side` samples, and the blur a box of side x side; the image itself where the
 * box is larger than half of it.
 */
export function edgeTaper(
  image: Float64Array,
  size: Size,
  { side, flavour }: { readonly side: number; readonly flavour: TaperFlavour },
): Float64Array {
  const { height, width } = size;
  if (side < 2 || side > Math.min(height, width) / 2) return image.slice();
  const blurred = boxAround(image, size, { side, flavour });
  const rows = profile(height, side, flavour);
  const cols = profile(width, side, flavour);
  let low = Number.NEGATIVE_INFINITY;
  let high = Number.POSITIVE_INFINITY;
  if (flavour === 'matlab') {
    low = image.reduce((a, b) => Math.min(a, b), high);
    high = image.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  }
  const out = new Float64Array(image.length);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const p = y * width + x;
      const share = rows[y] * cols[x];
      const value = share * image[p] + (1 - share) * blurred[p];
      out[p] = Math.min(high, Math.max(low, value));
    }
  }
  return out;
}

function profile(length: number, side: number, flavour: TaperFlavour): Float64Array {
  return Float64Array.from({ length }, (_, i) => {
    // MATLAB's autocorrelation has the period length - 1, its first value standing at both ends.
    const lag = Math.min(i, length - 1 - i);
    return Math.min(1, (flavour === 'matlab' ? lag : lag + 1) / side);
  });
}

/** The mean over side x side around each pixel; an even box reaches further down and right. */
function boxAround(
  image: Float64Array,
  { height, width }: Size,
  { side, flavour }: { readonly side: number; readonly flavour: TaperFlavour },
): Float64Array {
  const before = Math.floor((side - 1) / 2);
  const middle = new Float64Array(image.length);
  const out = new Float64Array(image.length);
  const at = (i: number, n: number) => {
    if (i >= 0 && i < n) return i;
    return flavour === 'matlab' ? ((i % n) + n) % n : -1;
  };
  for (let x = 0; x < width; x++) {
    for (let t = 0; t < side; t++) {
      const from = at(x + t - before, width);
      if (from < 0) continue;
      for (let y = 0; y < height; y++) middle[y * width + x] += image[y * width + from] / side;
    }
  }
  for (let y = 0; y < height; y++) {
    for (let t = 0; t < side; t++) {
      const from = at(y + t - before, height);
      if (from < 0) continue;
      for (let x = 0; x < width; x++) out[y * width + x] += middle[from * width + x] / side;
    }
  }
  return out;
}
