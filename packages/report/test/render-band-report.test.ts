import { expect, test } from 'vitest';
import { renderBandReport } from '../src/index.js';

const bands = {
  rmse: [1, 2, 3],
  psnr: [30, 20, 10],
  ssim: [0.9, 0.8, 0.7],
  cc: [0.99, 0.98, 0.9],
};
const points = [{ row: 4, col: 5, fused: [10, 11, 12], reference: [10, 12, 14] }];

test('a page has a curve for each index and a spectrum for each pixel', () => {
  const page = renderBandReport({ title: 'A <cube>', facts: { Ratio: '4' }, bands, points });
  expect(page.match(/<figure>/g)?.length).toBe(5);
  expect(page).toContain('Spectrum at row 4, column 5');
  expect(page).toContain('A &lt;cube&gt;');
  expect(page).toContain('>band<');
  expect(page).not.toContain('NaN');
});

test('wavelengths are the axis where they rise', () => {
  const given = { title: 'x', facts: {}, bands, points: [] };
  expect(renderBandReport({ ...given, wavelengths: [450, 550, 650] })).toContain('wavelength, nm');
  expect(renderBandReport({ ...given, wavelengths: [650, 550, 450] })).not.toContain('wavelength');
  expect(renderBandReport(given)).not.toContain('Spectra');
});
