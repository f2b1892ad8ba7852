/** A small image as a surface seen from above and the side: impulse responses. */

import { escapeHtml, short } from '../escape.js';

export interface SurfaceChart {
  /** [height, width] */
  readonly values: ArrayLike<number>;
  readonly height: number;
  readonly width: number;
  readonly title: string;
  /** Lines at most along each side; more samples are thinned. */
  readonly lines?: number;
}

/** An SVG element: rows from back to front, each a filled strip that hides what lies behind. */
export function surfaceChart({ values, height, width, title, lines = 44 }: SurfaceChart): string {
  const [wide, tall] = [420, 300];
  const stepY = Math.max(1, Math.ceil(height / lines));
  const stepX = Math.max(1, Math.ceil(width / (3 * lines)));
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < values.length; i++) {
    low = Math.min(low, values[i]!);
    high = Math.max(high, values[i]!);
  }
  const lift = 150 / (high - low || 1);
  const point = (y: number, x: number) => {
    const [u, v] = [x / Math.max(1, width - 1), y / Math.max(1, height - 1)];
    const left = 20 + 280 * u + 100 * v;
    const top = 175 + 95 * v - (values[y * width + x]! - Math.min(0, low)) * lift;
    return `${short(left, 1)},${short(top, 1)}`;
  };
  const strips: string[] = [];
  for (let y = 0; y < height; y += stepY) {
    const points: string[] = [];
    for (let x = 0; x < width; x += stepX) points.push(point(y, x));
    strips.push(`<polyline class="surface s2" points="${points.join(' ')}"/>`);
  }
  return `<svg class="chart" viewBox="0 0 ${wide} ${tall}" role="img" xmlns="http://www.w3.org/2000/svg"><title>${escapeHtml(title)}</title>${strips.join('')}</svg>`;
}
