/** Probes an enlarger, takes a picture apart and writes what HyRA draws. */

import { mkdir, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import {
  type AnalysisSummary,
  decompose,
  drawnLinear,
  drawnResidual,
  drawnSpectrum,
  impulse,
  logSpectrum,
  radialMeans,
  resizeNearest,
  summarise,
} from '@bandweave/analysis';
import type { Raster } from '@bandweave/image';
import { encodePng, writePng } from '@bandweave/io';
import type { Progress } from '@bandweave/pipeline';
import {
  type AnalysisChart,
  analysisChart,
  renderAnalysisReport,
  standaloneSvg,
  surfaceChart,
} from '@bandweave/report';
import { version } from '../version.js';
import { pixelsOf } from './pictures.js';
import { readSubject, type Subject, type SubjectOptions } from './subject.js';

export interface AnalyzeOptions extends SubjectOptions {
  readonly mode?: 'published' | 'convolution';
  /** Writes index.html into the folder. */
  readonly report?: boolean;
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
  { mode = 'published', report = false, onProgress, ...options }: AnalyzeOptions,
): Promise<AnalyzeResult> {
  const step = (done: number) => onProgress({ stage: 'analyze', done, total: 3 });
  step(0);
  const subject = await readSubject({ model, picture }, options);
  const { name, scale, lr, response, sr } = subject;
  step(1);
  const parts = decompose({ lr, response, sr }, { scale, mode });
  const shift = mode === 'published' ? 'published' : 'planes';
  const summary = summarise(parts, { response, output: sr, scale });
  step(2);
  const images: Record<string, Raster> = {
    'linear.png': drawnLinear(parts.linear),
    'non_linear.png': drawnResidual(parts.residual),
    'linear_fft.png': drawnSpectrum(logSpectrum(parts.linear, { shift })),
    'non_linear_fft.png': drawnSpectrum(logSpectrum(parts.residual, { shift })),
    'lr_fft.png': drawnSpectrum(logSpectrum(resizeNearest(lr, parts.linear), { shift })),
    'hr_fft.png': drawnSpectrum(logSpectrum(sr, { shift })),
    'impulse_response.png': drawnResidual(response),
  };
  const charts = chartsOf(subject, parts);
  const surface = {
    title: 'Impulse response, first band',
    values: response.data.subarray(0, response.height * response.width),
    height: response.height,
    width: response.width,
  };
  const drawings: Record<string, string> = {
    'radial.svg': analysisChart(charts[0]!),
    'cross_section.svg': analysisChart(charts[1]!),
    'impulse_surface.svg': surfaceChart(surface),
  };
  await mkdir(output, { recursive: true });
  for (const [file, image] of Object.entries(images)) {
    await writePng(join(output, file), pixelsOf(image));
  }
  for (const [file, chart] of Object.entries(drawings)) {
    await writeFile(join(output, file), standaloneSvg(chart));
  }
  const files = [...Object.keys(images), ...Object.keys(drawings)];
  if (report) {
    const pictures = await Promise.all(
      Object.entries(images).map(async ([label, image]) => ({
        label,
        png: await encodePng(pixelsOf(image)),
      })),
    );
    const html = await renderAnalysisReport({
      title: `${basename(model)} by HyRA`,
      subtitle: `x${scale} on ${basename(picture)}, mode ${mode}`,
      facts: [
        { label: 'Network', value: name },
        { label: 'Not linear', value: `${(100 * summary.residualShare).toFixed(2)} %` },
        {
          label: 'Like a sinc',
          value: summary.sinc.map((f) => f.correlation.toFixed(3)).join(' '),
        },
      ],
      charts,
      surface,
      pictures,
      table: {
        head: ['part', 'energy below the small picture’s Nyquist frequency'],
        rows: Object.entries(summary.energyInBox).map(([part, share]) => [part, share.toFixed(4)]),
      },
      remark:
        'The linear part is the small picture filtered by the answer to one bright pixel; what a network adds beyond it is the residual.',
      generator: `Bandweave ${version()}`,
    });
    await writeFile(join(output, 'index.html'), html);
    files.push('index.html');
  }
  step(3);
  return { name, scale, mode, ...summary, files };
}

/** Amplitude by radius of all parts, and the response along its middle row beside the sinc. */
function chartsOf(
  { response, scale, sr }: Subject,
  parts: { readonly linear: Raster; readonly residual: Raster },
): AnalysisChart[] {
  const curves = (
    [
      ['linear', parts.linear],
      ['residual', parts.residual],
      ['output', sr],
    ] as const
  ).map(([name, image]) => ({ name, points: radialMeans(image, 48) }));
  const side = response.height / scale;
  const middle = Math.min(
    response.height - 1,
    Math.round((Math.floor(side / 2) + 0.5) * scale - 0.5),
  );
  const row = response.data.subarray(middle * response.width, (middle + 1) * response.width);
  const peak = row.reduce((a, b) => Math.max(a, b), 0);
  const probe = impulse({ bands: 1, side: Math.max(1, Math.floor(side)) });
  const centre = (Math.floor(probe.width / 2) + 0.5) * scale - 0.5;
  const sinc = Float64Array.from(row, (_, x) => {
    const t = (Math.PI * (x - centre)) / scale;
    return t === 0 ? peak : (peak * Math.sin(t)) / t;
  });
  const low = Math.min(0, ...row, ...sinc);
  return [
    {
      title: 'Mean amplitude by radius, log10(1 + |F|)',
      x: curves[0]!.points.map(({ frequency }) => frequency),
      xLabel: 'cycles a pixel',
      curves: curves.map(({ name, points }) => ({
        name,
        values: points.map(({ amplitude }) => Math.log10(1 + amplitude)),
      })),
    },
    {
      title: 'Impulse response along its middle row',
      x: Array.from(row, (_, x) => x),
      xLabel: 'pixel',
      yLow: low,
      curves: [
        { name: 'response', values: row },
        { name: 'sinc of the same height', values: sinc },
      ],
    },
  ];
}
