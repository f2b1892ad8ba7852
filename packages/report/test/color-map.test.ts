import { describe, expect, test } from 'vitest';
import { HEAT, mapColors, oklabToRgb, type Rgb, SIGNED } from '../src/color-map.js';

/** CIE lightness L* of sRGB bytes (IEC 61966-2-1), independent of Oklab. */
function lightness([r, g, b]: Rgb): number {
  const linear = (byte: number) => {
    const v = byte / 255;
    return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
  };
  const y = 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
  return y > 216 / 24389 ? 116 * Math.cbrt(y) - 16 : (24389 / 27) * y;
}

describe('colour maps', () => {
  test('HEAT rises in lightness all the way, by nearly even steps', () => {
    const l = HEAT.map(lightness);
    expect(l[0]!).toBeLessThan(8);
    expect(l[255]!).toBeGreaterThan(93);
    // bytes are rounded, so neighbours may tie; a stride of four may not
    for (let i = 4; i < 256; i++) {
      expect(l[i]! - l[i - 4]!).toBeGreaterThan(0.2);
      expect(l[i]! - l[i - 4]!).toBeLessThan(3.2);
    }
  });

  test('SIGNED is lightest in the middle, blue below and red above', () => {
    const l = SIGNED.map(lightness);
    expect(Math.max(...l)).toBeCloseTo(l[127]!, 0);
    expect(Math.abs(l[20]! - l[235]!)).toBeLessThan(8);
    const [low, high] = [SIGNED[10]!, SIGNED[245]!];
    expect(low[2]).toBeGreaterThan(low[0] + 60);
    expect(high[0]).toBeGreaterThan(high[2] + 60);
  });

  test('oklabToRgb gives the published white, black and red', () => {
    expect(oklabToRgb(1, 0, 0)).toEqual([255, 255, 255]);
    expect(oklabToRgb(0, 0, 0)).toEqual([0, 0, 0]);
    // Ottosson's table: sRGB red is L 0.628, a 0.225, b 0.126
    const [r, g, b] = oklabToRgb(0.627955, 0.224863, 0.125846);
    expect([r, Math.round(g / 4), Math.round(b / 4)]).toEqual([255, 0, 0]);
  });

  test('mapColors clamps at both ends and leaves NaN transparent', () => {
    const out = mapColors([-5, 0, 10, 99, Number.NaN], { map: HEAT, low: 0, high: 10 });
    expect([...out.subarray(0, 3)]).toEqual([...HEAT[0]!]);
    expect([...out.subarray(4, 7)]).toEqual([...HEAT[0]!]);
    expect([...out.subarray(8, 11)]).toEqual([...HEAT[255]!]);
    expect([...out.subarray(12, 15)]).toEqual([...HEAT[255]!]);
    expect(out[19]).toBe(0);
  });
});
