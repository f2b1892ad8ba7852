import { expect, test } from 'vitest';
import { BandIndicesAccumulator, cc, psnr, rmse, ssim } from '../src/index.js';

const made = (bands: number, side: number, wave: number) => ({
  bands,
  height: side,
  width: side,
  data: Float64Array.from(
    { length: bands * side * side },
    (_, i) => 100 + 50 * Math.sin(i / wave) + (i % 13),
  ),
});
const band = (raster: ReturnType<typeof made>, k: number) => {
  const size = raster.height * raster.width;
  return { ...raster, bands: 1, data: raster.data.slice(k * size, (k + 1) * size) };
};

test('each band has the indices of that band alone', () => {
  const [a, b] = [made(3, 24, 9), made(3, 24, 9.4)];
  const sums = new BandIndicesAccumulator({ peak: 255 });
  sums.add(a, b, 24 * 24);
  const found = sums.indices();
  for (let k = 0; k < 3; k++) {
    const [x, y] = [band(a, k), band(b, k)];
    expect(found.rmse[k]).toBeCloseTo(rmse(x, y), 9);
    expect(found.psnr[k]).toBeCloseTo(psnr(x, y, { peak: 255 }), 9);
    expect(found.ssim[k]).toBeCloseTo(ssim(x, y, { peak: 255 }), 9);
    expect(found.cc[k]).toBeCloseTo(cc(x, y), 9);
  }
});

test('windows are joined: moments exactly, SSIM by their pixels', () => {
  const parts = [1, 2].map((n) => [made(2, 16, 5 + n), made(2, 16, 5.5 + n)] as const);
  const sums = new BandIndicesAccumulator({ peak: 255 });
  for (const [a, b] of parts) sums.add(a, b, 256);
  const errors = parts.map(([a, b]) => rmse(band(a, 1), band(b, 1)) ** 2);
  expect(sums.indices().rmse[1]).toBeCloseTo(Math.sqrt((errors[0] + errors[1]) / 2), 9);
});
