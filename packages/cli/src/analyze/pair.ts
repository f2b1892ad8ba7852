/** HyRA of a fusion method on a pair: what comes from PAN, what from MS, what is not linear. */

import { mkdir, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import {
  analysePair,
  type BandShares,
  classicalFunction,
  drawnResidual,
  drawnSpectrum,
  logSpectrum,
  networkFunction,
  type PairAnalysis,
} from '@bandweave/analysis';
import { InputError, type Raster } from '@bandweave/image';
import { encodePng, writePng } from '@bandweave/io';
import { findNetwork } from '@bandweave/models';
import { shippedWeights } from '@bandweave/models/shipped-weights';
import type { RunOptions } from '@bandweave/pipeline';
import {
  type AnalysisChart,
  analysisChart,
  renderAnalysisReport,
  standaloneSvg,
} from '@bandweave/report';
import { version } from '../version.js';
import { pixelsOf, readSamples } from './pictures.js';

export interface AnalyzePairOptions extends RunOptions {
  readonly weights?: string;
  /** 2^bits - 1 is what a network sees as 1; the least that holds the samples by default. */
  readonly bitDepth?: number;
  /** Side in MS pixels of the part in the middle of the pair; 32 by default. */
  readonly part?: number;
  readonly side?: number;
  readonly report?: boolean;
}

export interface AnalyzePairResult {
  readonly method: string;
  readonly ratio: number;
  readonly residualShare: readonly number[];
  readonly bands: readonly BandShares[];
  readonly panGain: readonly number[];
  readonly msGain: readonly (readonly number[])[];
  readonly rings: PairAnalysis['rings'];
  readonly files: readonly string[];
}

export async function analyzePairToFolder(
  { method, pan, ms, output }: { method: string; pan: string; ms: string; output: string },
  options: AnalyzePairOptions,
): Promise<AnalyzePairResult> {
  const pair = await readPair(pan, ms, options.part ?? 32);
  const network = findNetwork(method);
  const largest = Math.max(pair.largest, 1);
  const scale = 2 ** (options.bitDepth ?? Math.ceil(Math.log2(largest + 1))) - 1;
  const opened = network
    ? await networkFunction({ name: method, path: weightsOf(method, pair, options) }, pair, {
        scale,
      })
    : undefined;
  const fuse = opened?.fuse ?? classicalFunction(method, pair, { phase: 'toolbox' });
  try {
    const found = await analysePair(fuse, pair, {
      ...(options.side ? { side: options.side } : {}),
      ...(options.signal ? { signal: options.signal } : {}),
      onProgress: (done, total) => options.onProgress?.({ stage: 'probe', done, total }),
    });
    const files = await write(found, { method, pan, output, report: options.report ?? false });
    const { residualShare, bands, panGain, msGain, rings } = found;
    const { ratio } = found.parts;
    return { method, ratio, residualShare, bands, panGain, msGain, rings, files };
  } finally {
    await opened?.close();
  }
}

function weightsOf(
  method: string,
  { pan, ms }: { readonly pan: Raster; readonly ms: Raster },
  { weights }: AnalyzePairOptions,
): string {
  const ratio = pan.height / ms.height;
  const path = weights ?? shippedWeights(method, { msBands: ms.bands, ratio })?.path;
  if (path !== undefined) return path;
  throw new InputError(
    `--weights: expected a file of weights for ${method} of ${ms.bands} bands at ratio ${ratio}, got none and none ships; name one.`,
  );
}

/** The middle of a pair whose sides are whole multiples, as float64. */
async function readPair(panFile: string, msFile: string, part: number) {
  const [pan, ms] = [(await readSamples(panFile, 1)).image, (await readSamples(msFile)).image];
  const ratio = Math.round(pan.height / ms.height);
  if (ratio < 2 || pan.height !== ratio * ms.height || pan.width !== ratio * ms.width) {
    throw new InputError(
      `${panFile}: expected PAN of a whole number of times ${msFile}'s ${ms.width} x ${ms.height}, got ${pan.width} x ${pan.height}; cut both to one extent.`,
    );
  }
  const [height, width] = [Math.min(part, ms.height), Math.min(part, ms.width)];
  const at = { row: (ms.height - height) >> 1, col: (ms.width - width) >> 1 };
  const largest = Math.max(maxOf(pan.data), maxOf(ms.data));
  return {
    largest,
    ms: cut(ms, { ...at, height, width }),
    pan: cut(pan, {
      row: at.row * ratio,
      col: at.col * ratio,
      height: height * ratio,
      width: width * ratio,
    }),
  };
}

const maxOf = (data: Float64Array) => data.reduce((a, b) => Math.max(a, b), 0);

function cut(
  image: Raster<Float64Array>,
  { row, col, height, width }: { row: number; col: number; height: number; width: number },
): Raster<Float64Array> {
  const data = new Float64Array(image.bands * height * width);
  for (let k = 0; k < image.bands; k++) {
    for (let y = 0; y < height; y++) {
      const from = (k * image.height + row + y) * image.width + col;
      data.set(image.data.subarray(from, from + width), (k * height + y) * width);
    }
  }
  return { bands: image.bands, height, width, data };
}

async function write(
  found: PairAnalysis,
  { method, pan, output, report }: { method: string; pan: string; output: string; report: boolean },
): Promise<string[]> {
  const { parts, responses, bands, residualShare, rings } = found;
  const first = ({ height, width, data }: Raster<Float64Array>): Raster<Float64Array> => ({
    bands: 1,
    height,
    width,
    data: data.slice(0, height * width),
  });
  const spectrum = (image: Raster) => drawnSpectrum(logSpectrum(image, { shift: 'planes' }));
  const images: Record<string, Raster> = {
    'from_pan.png': drawnResidual(first(parts.pan)),
    'from_ms.png': drawnResidual(first(parts.ms)),
    'residual.png': drawnResidual(first(parts.residual)),
    'from_pan_fft.png': spectrum(parts.pan),
    'from_ms_fft.png': spectrum(parts.ms),
    'residual_fft.png': spectrum(parts.residual),
    'pan_response.png': drawnResidual(first(responses.pan[0]!.response)),
    'ms_response.png': drawnResidual(first(responses.ms[0]!.response)),
  };
  const chart: AnalysisChart = {
    title: 'Where frequencies come from, all bands',
    x: rings.map(({ frequency }) => frequency),
    xLabel: 'cycles a PAN pixel',
    yLow: Math.min(0, ...rings.flatMap(({ pan: p, ms, residual }) => [p, ms, residual])),
    curves: [
      { name: 'PAN', values: rings.map((ring) => ring.pan) },
      { name: 'MS', values: rings.map((ring) => ring.ms) },
      { name: 'not linear', values: rings.map((ring) => ring.residual) },
    ],
  };
  await mkdir(output, { recursive: true });
  for (const [file, image] of Object.entries(images)) {
    await writePng(join(output, file), pixelsOf(image));
  }
  await writeFile(join(output, 'sources.svg'), standaloneSvg(analysisChart(chart)));
  const files = [...Object.keys(images), 'sources.svg'];
  if (!report) return files;
  const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
  const html = await renderAnalysisReport({
    title: `${method} by HyRA`,
    subtitle: `on the middle of ${basename(pan)} and its MS, around their means`,
    facts: [
      { label: 'Ratio', value: String(parts.ratio) },
      { label: 'Not linear', value: residualShare.map(percent).join(', ') },
    ],
    charts: [chart],
    pictures: await Promise.all(
      Object.entries(images).map(async ([label, image]) => ({
        label,
        png: await encodePng(pixelsOf(image)),
      })),
    ),
    table: {
      head: ['band', 'low: PAN', 'MS', 'not linear', 'high: PAN', 'MS', 'not linear', 'residual'],
      rows: bands.map(({ low, high }, k) => [
        String(k + 1),
        ...[low.pan, low.ms, low.residual, high.pan, high.ms, high.residual].map(percent),
        percent(residualShare[k]!),
      ]),
    },
    remark:
      'Low: frequencies that the grid of MS holds; high: those above. Shares of a band add up to one; a negative one is taken back by another.',
    generator: `Bandweave ${version()}`,
  });
  await writeFile(join(output, 'index.html'), html);
  return [...files, 'index.html'];
}
