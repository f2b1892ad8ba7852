import type { Frame } from '@bandweave/io';
import { expect, test } from 'vitest';
import {
  compensatedDifference,
  likeness,
  neighbourDifference,
  toFrame,
  toSigned,
} from '../../src/index.js';

/** A pattern without repetition, moved to the right by `shift` pixels and brightened. */
function picture(shift: number, brighter = 0): Frame {
  const [width, height] = [32, 24];
  const data = new Uint8Array(3 * width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const u = x - shift + 40;
      const value = 60 + ((u * u * 7 + y * y * 13 + u * y * 5) % 101) + brighter;
      data.fill(value, 3 * (y * width + x), 3 * (y * width + x) + 3);
    }
  }
  return { width, height, data };
}

test('frames turn into planes and back, by the base truncation', () => {
  const frame = picture(0);
  expect(toSigned(frame)[0]).toBeCloseTo(frame.data[0] / 127.5 - 1, 6);
  const back = toFrame(toSigned(frame), frame);
  for (const [i, v] of back.data.entries()) expect(Math.abs(v - frame.data[i])).toBeLessThan(2);
  expect(toFrame(new Float32Array(3 * 32 * 24).fill(5), frame).data[0]).toBe(255);
});

test('a clip that stands still differs by nothing, a brighter one by as much', () => {
  expect(neighbourDifference([picture(0)])).toBe(0);
  expect(neighbourDifference([picture(0), picture(0)])).toBe(0);
  expect(neighbourDifference([picture(0), picture(0, 6)])).toBe(6);
});

test('compensation takes motion out, not flicker', () => {
  const moved = [picture(0), picture(3)];
  expect(neighbourDifference(moved)).toBeGreaterThan(20);
  // Only what enters from the left border has no place to come from.
  expect(compensatedDifference(moved)).toBeLessThan(0.3 * neighbourDifference(moved));
  expect(compensatedDifference([picture(0), picture(0, 6)])).toBeLessThanOrEqual(6);
});

test('likeness is that of equal pictures, and falls by what is added', () => {
  const same = likeness([picture(0)], [picture(0)]);
  expect(same.psnr).toBe(Number.POSITIVE_INFINITY);
  expect(same.ssim).toBeCloseTo(1, 9);
  const brighter = likeness([picture(0, 6)], [picture(0)]);
  expect(brighter.psnr).toBeCloseTo(20 * Math.log10(255 / 6), 4);
});
