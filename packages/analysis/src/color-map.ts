/** The colour map of HyRA's spectra: the nine blues of ColorBrewer, dark first, 256 entries. */

/** Brewer's single-hue blues from light to dark. */
const BLUES = [
  [247, 251, 255],
  [222, 235, 247],
  [198, 219, 239],
  [158, 202, 225],
  [107, 174, 214],
  [66, 146, 198],
  [33, 113, 181],
  [8, 81, 156],
  [8, 48, 107],
] as const;

/** [256, 3], red, green, blue from 0 to 1: linear between the nine. */
export const BLUES_REVERSED_UNIT: Float64Array = mix();

/** The same in 8 bits, truncated. */
export const BLUES_REVERSED: Uint8Array = Uint8Array.from(BLUES_REVERSED_UNIT, (value) =>
  Math.floor(value * 255),
);

/** The order of the arithmetic decides the last bit, and with it what truncating leaves. */
function mix(): Float64Array {
  const dark = BLUES.map((color) => color.map((value) => value / 255)).reverse();
  const last = dark.length - 1;
  const out = new Float64Array(3 * 256);
  out.set(dark[0]);
  for (let i = 1; i < 256; i++) {
    const next = Math.ceil((i * last) / 255);
    const from = ((next - 1) / last) * 255;
    const share = (i - from) / ((next / last) * 255 - from);
    for (let c = 0; c < 3; c++) {
      out[3 * i + c] = share * (dark[next][c] - dark[next - 1][c]) + dark[next - 1][c];
    }
  }
  return out;
}
