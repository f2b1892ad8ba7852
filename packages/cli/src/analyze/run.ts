/** Probes a network, takes a picture apart and writes what HyRA draws. */

import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type AnalysisSummary,
  decompose,
  drawnLinear,
  drawnResidual,
  drawnSpectrum,
  impulseResponse,
  logSpectrum,
  type ProbeOptions,
  probeWeights,
  resizeNearest,
  summarise,
} from '@bandweave/analysis';
import { DATA_TYPES, InputError, type Raster } from '@bandweave/image';
import { openRaster, writePng } from '@bandweave/io';
import type { Progress } from '@bandweave/pipeline';

/** A network is run on the whole picture at once. */
const MOST_PIXELS = 2 ** 20;

export interface AnalyzeOptions {
  readonly mode?: 'published' | 'convolution';
  readonly zeroResponse?: ProbeOptions['zeroResponse'];
  readonly positions?: ProbeOptions['positions'];
  readonly side?: number;
  readonly onProgress: (progress: Progress) => void;
}

export interface AnalyzeResult extends AnalysisSummary {
  readonly name: string;
  readonly scale: number;
  readonly mode: 'published' | 'convolution';
  readonly files: readonly string[];
}

export async function analyzeToFolder(
  { model, picture, output }: { model: string; picture: string; output: string },
  { mode = 'published', zeroResponse, positions, side, onProgress }: AnalyzeOptions,
): Promise<AnalyzeResult> {
  const { name, scale, bands, run } = await probeWeights(model);
  const lr = await readPicture(picture, bands);
  const step = (done: number) => onProgress({ stage: 'analyze', done, total: 4 });
  step(0);
  const response = await impulseResponse(run, {
    bands,
    ...(zeroResponse ? { zeroResponse } : {}),
    ...(positions ? { positions } : {}),
    ...(side ? { side } : {}),
  });
  step(1);
  const sr = await run(lr);
  step(2);
  const parts = decompose({ lr, response, sr }, { scale, mode });
  const shift = mode === 'published' ? 'published' : 'planes';
  step(3);
  const images: Record<string, Raster> = {
    'linear.png': drawnLinear(parts.linear),
    'non_linear.png': drawnResidual(parts.residual),
    'linear_fft.png': drawnSpectrum(logSpectrum(parts.linear, { shift })),
    'non_linear_fft.png': drawnSpectrum(logSpectrum(parts.residual, { shift })),
    'lr_fft.png': drawnSpectrum(logSpectrum(resizeNearest(lr, parts.linear), { shift })),
    'hr_fft.png': drawnSpectrum(logSpectrum(sr, { shift })),
    'impulse_response.png': drawnResidual(response),
  };
  await mkdir(output, { recursive: true });
  for (const [file, image] of Object.entries(images)) {
    await writePng(join(output, file), pixelsOf(image));
  }
  step(4);
  const summary = summarise(parts, { response, output: sr, scale });
  return { name, scale, mode, ...summary, files: Object.keys(images) };
}

/** The first bands of a picture, from 0 to 1. */
async function readPicture(path: string, bands: number): Promise<Raster<Float64Array>> {
  const source = await openRaster(path);
  try {
    const { height, width, dataType } = source.info;
    if (source.info.bands < bands) {
      throw new InputError(
        `${path}: expected a picture of ${bands} bands, got ${source.info.bands}; take another.`,
      );
    }
    if (height * width > MOST_PIXELS) {
      throw new InputError(
        `${path}: expected at most ${MOST_PIXELS} pixels, got ${width} x ${height}; cut a part out.`,
      );
    }
    const window = { row: 0, col: 0, height, width };
    const wanted = Array.from({ length: bands }, (_, k) => k);
    const { data } = await source.read(window, { bands: wanted });
    const { kind, max } = DATA_TYPES[dataType];
    const full = kind === 'float' ? 1 : max;
    return { bands, height, width, data: Float64Array.from(data, (value) => value / full) };
  } finally {
    await source.close();
  }
}

/** Bands side by side in each pixel: gray or RGB of 8 bits. */
function pixelsOf({ bands, height, width, data }: Raster) {
  const channels: 1 | 3 = bands >= 3 ? 3 : 1;
  const size = height * width;
  const whole = data instanceof Uint8Array;
  const out = new Uint8Array(size * channels);
  for (let k = 0; k < channels; k++) {
    for (let p = 0; p < size; p++) {
      const value = data[k * size + p] ?? 0;
      out[p * channels + k] = whole ? value : Math.max(0, Math.min(255, Math.round(255 * value)));
    }
  }
  return { width, height, channels, data: out };
}
