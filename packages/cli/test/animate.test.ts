import { existsSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runMain } from './run-main.js';

const folder = mkdtempSync(join(tmpdir(), 'bandweave-animate-'));
const output = join(folder, 'out.gif');
const texts = ['--prompt', 'a car', '--edit', 'a red car'];

test.each([
  [['clip'], /expected the option -o/],
  [['clip', '-o', output, '--edit', 'x'], /expected the option --prompt/],
  [['clip', '-o', output, ...texts], /expected the option --weights/],
  [
    ['clip', '-o', output, ...texts, '--weights', 'none'],
    /none: expected a model folder, got none/,
  ],
  [['clip', '-o', output, ...texts, '--variant', 'bse'], /--variant: .* did you mean base\?/],
  [['clip', '-o', output, ...texts, '--steps', '0'], /--steps: expected a whole number from 1/],
  [['clip', '-o', 'out.tif', ...texts, '--weights', 'none'], /name that ends in \.gif, \.webp/],
])('animate %j is refused in one line', async (args, message) => {
  const ran = await runMain('animate', ...args);
  expect(ran.code).toBe(2);
  expect(ran.err.trimEnd().split('\n')).toHaveLength(1);
  expect(ran.err).toMatch(message);
  expect(existsSync(output)).toBe(false);
});

test('the page holds every row of frames, the scores and the loss', async () => {
  const { animateReport } = await import('../src/reports/animate.js');
  const frame = { width: 4, height: 4, data: new Uint8Array(48).fill(90) };
  const frames = [frame, { ...frame, data: new Uint8Array(48).fill(99) }];
  const scores = { neighbourDifference: 9, compensatedDifference: 9 };
  const path = await animateReport(
    {
      result: {
        output,
        frames: 2,
        height: 4,
        width: 4,
        variant: 'base',
        tuning: folder,
        loss: { first: 1, last: 0.5 },
        input: scores,
        edited: scores,
        reconstruction: { ...scores, psnr: 30, ssim: 0.9 },
        seconds: 1,
      },
      source: frames,
      animated: {
        edited: frames,
        reconstructed: frames,
        losses: Array.from({ length: 8 }, (_, i) => ({ step: i + 1, loss: 1 - 0.05 * i })),
      },
    },
    { page: true, prompt: 'a car', edit: 'a <red> car', weights: 'sd' },
  );
  expect(path).toBe(join(folder, 'out.html'));
  const { readFileSync } = await import('node:fs');
  const html = readFileSync(path, 'utf8');
  expect(html.match(/<img /g)).toHaveLength(3 * 2 + 3);
  for (const text of ['a &lt;red&gt; car', 'PSNR (dB)', '30.00', 'Loss of tuning', '9.00']) {
    expect(html).toContain(text);
  }
});
