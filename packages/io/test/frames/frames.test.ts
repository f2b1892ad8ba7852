import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { clipFormat, type Frame, readFrames, writeFrames } from '../../src/index.js';

const folder = mkdtempSync(join(tmpdir(), 'frames-'));
const at = (name: string) => join(folder, name);

/** A grey that grows with the frame, and a bright square that moves. */
function made(count: number, width = 24, height = 16): Frame[] {
  return Array.from({ length: count }, (_, k) => {
    const data = new Uint8Array(3 * width * height).fill(40 + 8 * k);
    for (let y = 4; y < 10; y++) {
      for (let x = 2 + k; x < 8 + k; x++) data.set([200, 100, 20], 3 * (y * width + x));
    }
    return { width, height, data };
  });
}

const size = { width: 24, height: 16 };
const apart = (a: Frame, b: Frame) =>
  a.data.reduce((sum, v, i) => sum + Math.abs(v - b.data[i]), 0) / a.data.length;

test('a folder of PNG gives the same frames back, in the order of their numbers', async () => {
  const frames = made(11);
  await writeFrames(at('folder'), frames);
  expect(readdirSync(at('folder'))).toHaveLength(11);
  const back = await readFrames(at('folder'), size);
  expect(back.map((f) => f.data)).toEqual(frames.map((f) => f.data));
  const some = await readFrames(at('folder'), { ...size, first: 1, every: 3, count: 3 });
  expect(some.map((f) => f.data)).toEqual([1, 4, 7].map((i) => frames[i].data));
});

test('a shorter clip leaves none of the longer one before it, and other files alone', async () => {
  await writeFrames(at('again'), made(4));
  writeFileSync(join(at('again'), 'notes.txt'), 'mine');
  await writeFrames(at('again'), made(2));
  expect(readdirSync(at('again'))).toEqual(['frame_01.png', 'frame_02.png', 'notes.txt']);
  expect(readdirSync(folder).filter((name) => name.includes('partial'))).toEqual([]);
});

test.each(['a.gif', 'a.webp'])('%s keeps number, size and colours', async (name) => {
  const frames = made(5);
  await writeFrames(at(name), frames, { fps: 10 });
  const back = await readFrames(at(name), size);
  expect(back).toHaveLength(5);
  for (const [i, frame] of back.entries()) expect(apart(frame, frames[i])).toBeLessThan(4);
  const [small] = await readFrames(at(name), { width: 8, height: 8, count: 1 });
  expect(small.data).toHaveLength(192);
});

test('what is no clip is refused in one line', async () => {
  await expect(readFrames(at('none'), size)).rejects.toThrow(/none: expected a clip, got nothing/);
  mkdirSync(at('empty'));
  await expect(readFrames(at('empty'), size)).rejects.toThrow(/expected pictures .* got none/);
  writeFileSync(at('bad.gif'), 'no picture');
  await expect(readFrames(at('bad.gif'), size)).rejects.toThrow(/bad\.gif: expected a GIF/);
  await writeFrames(at('two'), made(2));
  await expect(readFrames(at('two'), { ...size, first: 2 })).rejects.toThrow(/begin earlier/);
  expect(() => clipFormat('clip.tif')).toThrow(/expected a name that ends in \.gif/);
});

const hasFfmpeg = (() => {
  try {
    execFileSync('ffmpeg', ['-version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
})();

test('a film goes through ffmpeg, or one line says that there is none', async () => {
  const frames = made(6);
  const writing = writeFrames(at('a.mp4'), frames);
  if (!hasFfmpeg) {
    await expect(writing).rejects.toThrow(/a\.\d+\.partial\.mp4: expected ffmpeg .* got none/);
    expect(existsSync(at('a.mp4'))).toBe(false);
    return;
  }
  await writing;
  const back = await readFrames(at('a.mp4'), { ...size, every: 2 });
  expect(back).toHaveLength(3);
  expect(apart(back[1], frames[2])).toBeLessThan(12);
});
