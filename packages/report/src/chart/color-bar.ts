/** A colour bar with its scale, as SVG. */

import type { Rgb } from '../color-map.js';
import { escapeHtml } from '../escape.js';
import { tickLabel, ticks } from './ticks.js';

/** A horizontal bar from `low` to `high`; the colours are those of the map itself. */
export function colorBar({
  map,
  low,
  high,
  label,
  id,
}: {
  readonly map: readonly Rgb[];
  readonly low: number;
  readonly high: number;
  readonly label: string;
  /** Unique in the page: the gradient is referred to by it. */
  readonly id: string;
}): string {
  const [width, left, right] = [300, 14, 286];
  const stops = Array.from({ length: 17 }, (_, i) => {
    const [r, g, b] = map[Math.round((i / 16) * (map.length - 1))]!;
    return `<stop offset="${i / 16}" stop-color="rgb(${r},${g},${b})"/>`;
  }).join('');
  const marks = ticks(low, high, 5)
    .map((value) => {
      const x = (left + ((value - low) / (high - low || 1)) * (right - left)).toFixed(1);
      return (
        `<line class="axis" x1="${x}" x2="${x}" y1="18" y2="22"/>` +
        `<text class="tick" x="${x}" y="33" text-anchor="middle">${tickLabel(value)}</text>`
      );
    })
    .join('');
  return (
    `<svg class="bar" viewBox="0 0 ${width} 54" role="img" xmlns="http://www.w3.org/2000/svg">` +
    `<title>${escapeHtml(label)}</title><defs><linearGradient id="${id}">${stops}</linearGradient></defs>` +
    `<rect x="${left}" y="6" width="${right - left}" height="12" rx="2" fill="url(#${id})"/>${marks}` +
    `<text class="label" x="${width / 2}" y="51" text-anchor="middle">${escapeHtml(label)}</text></svg>`
  );
}
