/**
 * `node scripts/training-curves.mjs OUT.svg NAME=WEIGHTS.training ...`: the loss of trainings by step,
 * a panel each, from the logs that `train` leaves beside its weights.
 */

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const [out, ...runs] = process.argv.slice(2);
if (!out || runs.length === 0 || runs.some((run) => !run.includes('='))) {
  process.stderr.write('training-curves: expected OUT.svg NAME=WEIGHTS.training ..., got less.\n');
  process.exit(2);
}

const [WIDE, TALL, GAP] = [300, 220, 20];
const [LEFT, TOP, RIGHT, BOTTOM] = [46, 30, 8, 34];

function panel(run, at) {
  const [name, folder] = run.split('=');
  const points = readFileSync(join(folder, 'log.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
    .filter((entry) => 'loss' in entry);
  const last = points.at(-1).step;
  const top = Math.max(...points.slice(1).map(({ loss }) => loss));
  const x = (step) => LEFT + (step / last) * (WIDE - LEFT - RIGHT);
  const y = (loss) => TOP + (1 - Math.min(1, loss / top)) * (TALL - TOP - BOTTOM);
  const path = (list) =>
    list.map(({ step, loss }, i) => `${i ? 'L' : 'M'}${x(step).toFixed(1)} ${y(loss).toFixed(1)}`);
  // A mean over a tenth of the run beside the noise of single steps.
  const half = Math.max(1, Math.round(points.length / 20));
  const smooth = points.map(({ step }, i) => {
    const near = points.slice(Math.max(0, i - half), i + half + 1);
    return { step, loss: near.reduce((sum, { loss }) => sum + loss, 0) / near.length };
  });
  const ticks = [0, 0.25, 0.5, 0.75, 1].map((share) => {
    const value = share * top;
    return `<line x1="${LEFT}" x2="${WIDE - RIGHT}" y1="${y(value)}" y2="${y(value)}" stroke="#ddd"/><text x="${LEFT - 6}" y="${y(value) + 4}" text-anchor="end">${value.toFixed(2)}</text>`;
  });
  const steps = [0, 0.5, 1].map(
    (share) =>
      `<text x="${x(share * last)}" y="${TALL - BOTTOM + 18}" text-anchor="${share === 0 ? 'start' : share === 1 ? 'end' : 'middle'}">${Math.round(share * last)}</text>`,
  );
  return `<g transform="translate(${at * (WIDE + GAP)} 0)"><text x="${LEFT}" y="18" font-weight="bold">${name}</text>${ticks.join('')}${steps.join('')}<text x="${(LEFT + WIDE) / 2}" y="${TALL - 2}" text-anchor="middle">step</text><path d="${path(points).join('')}" fill="none" stroke="#b9cbe4"/><path d="${path(smooth).join('')}" fill="none" stroke="#1f5fa8" stroke-width="2"/></g>`;
}

const width = runs.length * (WIDE + GAP) - GAP;
writeFileSync(
  out,
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${TALL}" width="${width}" height="${TALL}" font-family="sans-serif" font-size="11"><title>Loss by step</title><rect width="${width}" height="${TALL}" fill="white"/>${runs.map(panel).join('')}</svg>\n`,
);
