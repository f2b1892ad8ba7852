/** A ranking: one line a method, best above, a dot at its figure with its deviation. */

import { escapeHtml } from '../escape.js';
import { tickLabel, ticks } from './ticks.js';

export interface RankEntry {
  readonly name: string;
  readonly value: number;
  readonly deviation?: number;
}

export interface RankChart {
  readonly title: string;
  readonly entries: readonly RankEntry[];
  readonly better: 'higher' | 'lower';
}

const LINE = 19;
const WIDTH = 640;
const LEFT = 128;
const RIGHT = 66;
const BOTTOM = 34;

/** SVG; entries without a figure are left out. */
export function rankChart({ title, entries, better }: RankChart): string {
  const known = entries
    .filter(({ value }) => Number.isFinite(value))
    .sort((a, b) => (better === 'higher' ? b.value - a.value : a.value - b.value));
  if (known.length === 0) return '';
  const reach = known.flatMap(({ value, deviation = 0 }) => [value - deviation, value + deviation]);
  const low = Math.min(...reach);
  const span = Math.max(...reach) - low || Math.abs(low) || 1;
  const [x0, x1] = [low - 0.04 * span, low + 1.04 * span];
  const px = (value: number) =>
    (LEFT + ((value - x0) / (x1 - x0)) * (WIDTH - LEFT - RIGHT)).toFixed(1);
  const height = known.length * LINE + BOTTOM + 8;
  const floor = height - BOTTOM;
  const grid = ticks(x0, x1, 6).map(
    (at) =>
      `<line class="grid" x1="${px(at)}" x2="${px(at)}" y1="4" y2="${floor}"/>` +
      `<text class="tick" x="${px(at)}" y="${floor + 15}" text-anchor="middle">${tickLabel(at)}</text>`,
  );
  const lines = known.map(({ name, value, deviation }, i) => {
    const y = 8 + (i + 0.5) * LINE;
    const tone = i === 0 ? 's1' : i === 1 ? 's2' : 's0';
    const bar = deviation
      ? `<line class="line truth" x1="${px(value - deviation)}" x2="${px(value + deviation)}" y1="${y}" y2="${y}" opacity=".35"/>`
      : '';
    return (
      `<g><title>${escapeHtml(name)}: ${value.toPrecision(4)}</title>${bar}` +
      `<circle class="dot ${tone}" cx="${px(value)}" cy="${y}" r="4"/>` +
      `<text class="rank" x="${LEFT - 12}" y="${y}" dy=".34em" text-anchor="end">${escapeHtml(name)}</text>` +
      `<text class="tick" x="${WIDTH - RIGHT + 12}" y="${y}" dy=".34em">${value.toPrecision(4)}</text></g>`
    );
  });
  return (
    `<svg class="chart broad" viewBox="0 0 ${WIDTH} ${height}" role="img" xmlns="http://www.w3.org/2000/svg">` +
    `<title>${escapeHtml(title)}</title>${grid.join('')}${lines.join('')}</svg>`
  );
}
