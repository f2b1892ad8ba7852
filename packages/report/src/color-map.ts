/**
 * Colour maps that are even to the eye: straight lightness in Oklab (Ottosson 2020), with the hue
 * turning on the way. Made here, so that dark always means little and bright means much.
 */

export type Rgb = readonly [r: number, g: number, b: number];

/** sRGB bytes of an Oklab colour, clipped to the gamut. */
export function oklabToRgb(lightness: number, a: number, b: number): Rgb {
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  const channel = (linear: number) => {
    const v = Math.min(1, Math.max(0, linear));
    return Math.round(255 * (v <= 0.0031308 ? 12.92 * v : 1.055 * v ** (1 / 2.4) - 0.055));
  };
  return [
    channel(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s),
    channel(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s),
    channel(-0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s),
  ];
}

/** 256 colours from near black over violet and orange to pale yellow; lightness rises evenly. */
export const HEAT: readonly Rgb[] = Array.from({ length: 256 }, (_, i) => {
  const t = i / 255;
  const lightness = 0.14 + 0.84 * t;
  const hue = ((282 + 178 * t) * Math.PI) / 180;
  const chroma = 0.165 * Math.sin(Math.PI * Math.min(1, 0.1 + 0.86 * t)) ** 0.8;
  return oklabToRgb(lightness, chroma * Math.cos(hue), chroma * Math.sin(hue));
});

/** 256 colours from blue (too low) over pale grey (right) to red (too high). */
export const SIGNED: readonly Rgb[] = Array.from({ length: 256 }, (_, i) => {
  const t = (2 * i) / 255 - 1;
  const away = Math.abs(t);
  const hue = ((t < 0 ? 255 : 32) * Math.PI) / 180;
  const chroma = 0.17 * away ** 0.85;
  return oklabToRgb(0.96 - 0.5 * away, chroma * Math.cos(hue), chroma * Math.sin(hue));
});

/** RGBA bytes of values mapped from `low`..`high` onto a colour map; NaN is transparent. */
export function mapColors(
  values: ArrayLike<number>,
  { map, low, high }: { map: readonly Rgb[]; low: number; high: number },
): Uint8ClampedArray {
  const out = new Uint8ClampedArray(4 * values.length);
  const scale = 255 / (high - low || 1);
  for (let i = 0; i < values.length; i++) {
    const place = (values[i]! - low) * scale;
    if (Number.isNaN(place)) continue;
    const color = map[place <= 0 ? 0 : place >= 255 ? 255 : Math.round(place)]!;
    out[4 * i] = color[0];
    out[4 * i + 1] = color[1];
    out[4 * i + 2] = color[2];
    out[4 * i + 3] = 255;
  }
  return out;
}
