import { existsSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Frame, readFrames, writeFrames } from '@bandweave/io';
import { expect, test } from 'vitest';
import { type AnimateClipOptions, animateClip } from '../../src/index.js';
import { madeClipFolder, madeFolder } from '../made-folder.js';

const folder = mkdtempSync(join(tmpdir(), 'animate-'));
const at = (name: string) => join(folder, name);
const SIZE = { width: 24, height: 16 };

const frames: Frame[] = Array.from({ length: 3 }, (_, k) => ({
  ...SIZE,
  data: Uint8Array.from({ length: 3 * 24 * 16 }, (_, i) => (i * 37 + 11 * k) % 256),
}));
await writeFrames(at('clip'), frames);
const weights = await madeFolder();
const options: AnimateClipOptions = {
  weights,
  prompt: 'the cat',
  edit: 'a cat',
  size: [16, 24],
  tuningSteps: 6,
  steps: 2,
  guidance: 3,
  rates: { unet: 1e-3, vgt: 1e-3, judge: 1e-3 },
  vgt: { dim: 8, heads: 2, layers: 1, groups: 2 },
  threads: 1,
  where: 'here',
};

test.each(['base', 'adversarial'] as const)(
  '%s: tunes, inverts, samples, scores',
  async (variant) => {
    const stages: string[] = [];
    const output = at(`${variant}.gif`);
    const { result } = await animateClip(at('clip'), output, {
      ...options,
      variant,
      clip: await madeClipFolder(),
      onProgress: ({ stage, done, total }) => {
        if (done === total) stages.push(stage);
      },
    });
    expect(stages).toEqual(['read the model', 'tune', 'invert', 'sample', 'reconstruct']);
    expect(result).toMatchObject({ output, frames: 3, height: 16, width: 24, variant });
    expect(await readFrames(output, SIZE)).toHaveLength(3);
    for (const scores of [result.input, result.edited, result.reconstruction]) {
      expect(scores.neighbourDifference).toBeGreaterThanOrEqual(0);
      expect(scores.frameConsistency).toBeLessThanOrEqual(100.001);
      expect(Math.abs(scores.textualAlignment ?? 1000)).toBeLessThanOrEqual(100.001);
    }
    expect(Number.isFinite(result.reconstruction.psnr)).toBe(true);
  },
);

test('a run that is taken up again ends with the same clip', async () => {
  const whole = await animateClip(at('clip'), at('whole'), options);
  await animateClip(at('clip'), at('parts'), { ...options, tuningSteps: 4 });
  const resumed = await animateClip(at('clip'), at('parts'), {
    ...options,
    resume: true,
    overwrite: true,
  });
  expect(resumed.animated.losses.map(({ step }) => step)).toEqual([5, 6]);
  const read = (name: string) =>
    readdirSync(at(name)).map((file) => readFileSync(join(at(name), file)));
  expect(read('parts')).toEqual(read('whole'));
  expect(whole.result.loss).not.toBeNull();
});

test('what cannot work is said in one line, and nothing is written', async () => {
  const refused = async (changes: Partial<AnimateClipOptions>, output = at('x.gif')) => {
    const error = await animateClip(at('clip'), output, { ...options, ...changes }).then(
      () => 'none',
      (e: Error) => e.message,
    );
    expect(existsSync(at('x.gif'))).toBe(false);
    expect(error.split('\n')).toHaveLength(1);
    return error;
  };
  expect(await refused({ weights: at('none') })).toMatch(/expected a model folder, got none/);
  expect(await refused({ size: [15, 24] })).toMatch(/--size: expected sides in multiples of 4/);
  expect(await refused({ resume: true })).toMatch(/--resume: expected the state of a tuning/);
  expect(await refused({}, at('x.tif'))).toMatch(/expected a name that ends in \.gif/);
  expect(await refused({ first: 7 })).toMatch(/expected frames from the 8\. on, got none/);
  const stop = new AbortController();
  const onProgress = () => stop.abort(new Error('stopped'));
  expect(await refused({ signal: stop.signal, onProgress })).toBe('stopped');
});
