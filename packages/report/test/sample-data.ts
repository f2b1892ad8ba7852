/** A small report with hostile names and known numbers. */
import type { Raster } from '@bandweave/image';
import type { PictureEncoder, ReportData } from '../src/data.js';

export function ramp(bands: number, height: number, width: number, gain = 1): Raster<Float32Array> {
  const data = new Float32Array(bands * height * width);
  for (let i = 0; i < data.length; i++) {
    const [b, r, c] = [Math.floor(i / (height * width)), Math.floor(i / width) % height, i % width];
    data[i] = gain * (100 * (b + 1) + 3 * r + 2 * c + ((r * 7 + c * 13) % 11));
  }
  return { bands, height, width, data };
}

export const HOSTILE = `<img src=x onerror="alert('1')">&"'`;

/** Says what was asked for instead of making a picture. */
export const fakeEncoder: PictureEncoder = async (rgba, { width, height, quality }) => ({
  mime: 'image/webp',
  bytes: new Uint8Array(Math.round((rgba.length * quality) / 400) + width - height),
});

export function sampleData(more: Partial<ReportData> = {}): ReportData {
  const truth = ramp(4, 60, 80);
  return {
    title: `Report ${HOSTILE}`,
    facts: [{ label: 'Sensor', value: HOSTILE }],
    pan: ramp(1, 60, 80),
    products: [
      { name: 'exp', kind: 'expanded', raster: ramp(4, 60, 80, 0.9) },
      { name: HOSTILE, kind: 'fused', raster: ramp(4, 60, 80, 1.01) },
    ],
    truth,
    indices: [
      {
        title: 'Figures',
        columns: [
          { label: 'Q2n', better: 'higher', digits: 3 },
          { label: 'D_lambda', better: 'lower', digits: 3 },
        ],
        rows: [
          { name: 'exp', values: [0.5, 0.02] },
          { name: HOSTILE, values: [0.9, null] },
        ],
      },
    ],
    bandNames: ['Blue', HOSTILE, 'Red', 'NIR'],
    wavelengths: [480, 560, 660, 830],
    trueColor: [2, 1, 0],
    falseColor: [3, 2, 1],
    points: [{ name: HOSTILE, row: 10, col: 20 }],
    generator: HOSTILE,
    ...more,
  };
}
