/** Paints shapes into a strip of sub-pixels: which surface is seen, and how much sun falls on it. */

import { latticeHash } from './random.js';
import type { Area, Crown, Shadow, Shape } from './sketch.js';

/** A strip of sub-pixels; `size` is the side of one in metres, `y0` the strip's top in metres. */
export interface Strip {
  readonly width: number;
  readonly height: number;
  readonly size: number;
  readonly y0: number;
  readonly surface: Uint16Array;
  /** Direct light in percent of that on flat ground. */
  readonly light: Uint8Array;
}

/** Paints every shape that meets the strip, in the order given. */
export function paintStrip(
  strip: Strip,
  shapes: readonly Shape[],
  sun: readonly [number, number, number],
): void {
  const bottom = strip.y0 + strip.height * strip.size;
  for (const shape of shapes) {
    if (shape.bottom < strip.y0 || shape.top > bottom) continue;
    if (shape.kind === 'crown') paintCrown(strip, shape, sun);
    else fill(strip, shape);
  }
}

const crossings: number[] = [];

/** Even-odd scan-line fill at sub-pixel centres. */
function fill(strip: Strip, shape: Area | Shadow): void {
  const { width, size, surface, light } = strip;
  const { ring } = shape;
  const first = Math.max(0, Math.ceil((shape.top - strip.y0) / size - 0.5));
  const last = Math.min(strip.height - 1, Math.floor((shape.bottom - strip.y0) / size - 0.5));
  for (let row = first; row <= last; row++) {
    const y = strip.y0 + (row + 0.5) * size;
    crossings.length = 0;
    let ax = ring[ring.length - 2]!;
    let ay = ring[ring.length - 1]!;
    for (let i = 0; i < ring.length; i += 2) {
      const bx = ring[i]!;
      const by = ring[i + 1]!;
      if (ay <= y !== by <= y) crossings.push(ax + ((y - ay) / (by - ay)) * (bx - ax));
      ax = bx;
      ay = by;
    }
    if (crossings.length > 2) crossings.sort((a, b) => a - b);
    else if (crossings[0]! > crossings[1]!) crossings.reverse();
    for (let k = 0; k + 1 < crossings.length; k += 2) {
      const from = Math.max(0, Math.ceil(crossings[k]! / size - 0.5));
      const to = Math.min(width, Math.ceil(crossings[k + 1]! / size - 0.5));
      if (to <= from) continue;
      const start = row * width + from;
      const end = row * width + to;
      if (shape.kind === 'area') {
        surface.fill(shape.surface, start, end);
        light.fill(shape.light, start, end);
      } else {
        for (let i = start; i < end; i++) if (light[i]! > shape.light) light[i] = shape.light;
      }
    }
  }
}

/** A crown seen from above: a lumpy dome or cone, lit by its slope, with dark gaps between leaves. */
function paintCrown(strip: Strip, crown: Crown, sun: readonly [number, number, number]): void {
  const { width, size, surface, light } = strip;
  const { at, radius, seed, form } = crown;
  const reach = radius * 1.28;
  const first = Math.max(0, Math.ceil((at[1] - reach - strip.y0) / size - 0.5));
  const last = Math.min(strip.height - 1, Math.floor((at[1] + reach - strip.y0) / size - 0.5));
  const from = Math.max(0, Math.ceil((at[0] - reach) / size - 0.5));
  const to = Math.min(width, Math.ceil((at[0] + reach) / size - 0.5));
  const wobble = (k: number) => latticeHash(k, 7, seed) / 0x80000000 - 1;
  const [w1, w2, w3, w4] = [wobble(1), wobble(2), wobble(3), wobble(4)];
  const lump = 1 / Math.max(0.55, radius * 0.24);
  for (let row = first; row <= last; row++) {
    const dy = strip.y0 + (row + 0.5) * size - at[1];
    for (let col = from; col < to; col++) {
      const dx = (col + 0.5) * size - at[0];
      const d = Math.sqrt(dx * dx + dy * dy) + 1e-9;
      const [c, s] = [dx / d, dy / d];
      const [c2, s2] = [c * c - s * s, 2 * c * s];
      const edge =
        radius * (1 + 0.1 * (w1 * c2 + w2 * s2) + 0.12 * (w3 * (c2 * c - s2 * s) + w4 * s2 * c2));
      if (d >= edge) continue;
      const rho = d / edge;
      const gx = Math.floor(dx * lump + 64);
      const gy = Math.floor(dy * lump + 64);
      const leaf = leafNoise(dx * lump + 64 - gx, dy * lump + 64 - gy, gx, gy, seed);
      const slope = form === 'cone' ? 0.85 : Math.min(1.5, rho / Math.sqrt(1.15 - rho * rho));
      const nx = slope * c + 0.5 * (leaf - 0.5);
      const ny = slope * s + 0.5 * (leaf - 0.5);
      const cosine = (nx * sun[0] + ny * sun[1] + sun[2]) / Math.sqrt(nx * nx + ny * ny + 1);
      const value = (100 * Math.max(0.14, cosine) * (0.62 + 0.7 * leaf)) / sun[2];
      const i = row * width + col;
      surface[i] = crown.surface;
      light[i] = value > 190 ? 190 : value;
    }
  }
}

function leafNoise(fx: number, fy: number, gx: number, gy: number, seed: number): number {
  const u = fx * fx * (3 - 2 * fx);
  const v = fy * fy * (3 - 2 * fy);
  const a = latticeHash(gx, gy, seed);
  const b = latticeHash(gx + 1, gy, seed);
  const c = latticeHash(gx, gy + 1, seed);
  const d = latticeHash(gx + 1, gy + 1, seed);
  return (a + (b - a) * u + (c - a + (a - b - c + d) * u) * v) / 0x100000000;
}
