/** Indices of windows of a scene, each by itself: how much a figure changes from place to place. */

import type { RasterInfo, Window } from '@bandweave/image';
import { findSensor, msGainsFor } from '@bandweave/image';
import { fullResolutionIndices, peakValue, referenceIndices } from '@bandweave/metrics';
import { alignFused, readAligned } from '../assess/aligned-window.js';
import { stackSources } from '../stack.js';
import { withRasters } from '../with-rasters.js';
import type { CompareOptions, PreparedScene } from './compare-options.js';

/** Blocks of the indices: windows begin and end between them. */
const BLOCK = 32;
const LARGEST = 128;
const SMALLEST = 64;
const MOST_A_SIDE = 3;

/**
 * Up to 3 x 3 square windows of 64 to 128 pixels, spread evenly; none where the scene holds fewer
 * than two of them.
 */
export function sampleWindows({ height, width }: Pick<RasterInfo, 'height' | 'width'>): Window[] {
  const half = Math.floor(Math.min(height, width) / 2 / BLOCK) * BLOCK;
  const side = Math.min(LARGEST, Math.max(SMALLEST, half));
  const starts = (size: number): number[] => {
    const count = Math.min(MOST_A_SIDE, Math.floor(size / side));
    if (count < 2) return count === 1 ? [0] : [];
    const step = (size - side) / (count - 1);
    return Array.from({ length: count }, (_, i) => Math.floor((i * step) / BLOCK) * BLOCK);
  };
  const rows = starts(height);
  const cols = starts(width);
  if (rows.length * cols.length < 2) return [];
  return rows.flatMap((row) => cols.map((col) => ({ row, col, height: side, width: side })));
}

export async function measureWindows(
  output: string,
  scene: PreparedScene,
  options: CompareOptions,
): Promise<Record<string, number>[]> {
  return scene.reference === undefined
    ? againstPair(output, scene, options)
    : againstReference(output, scene.reference, { ...options, ratio: scene.ratio });
}

async function againstReference(
  output: string,
  reference: string,
  { ratio, bitDepth, convention, signal }: CompareOptions & { readonly ratio: number },
): Promise<Record<string, number>[]> {
  return withRasters([output, reference], async ([image, truth]) => {
    const how = signal ? { signal } : {};
    const out: Record<string, number>[] = [];
    for (const window of sampleWindows(image!.info)) {
      signal?.throwIfAborted();
      const [a, b] = await Promise.all([image!.read(window, how), truth!.read(window, how)]);
      const peak = peakValue(b, bitDepth === undefined ? {} : { bits: bitDepth });
      out.push(referenceIndices(a, b, { ratio, peak, ...(convention ? { convention } : {}) }));
    }
    return out;
  });
}

async function againstPair(
  output: string,
  { pan, ms, ratio, sensor: name }: PreparedScene,
  { convention, signal }: CompareOptions,
): Promise<Record<string, number>[]> {
  return withRasters([output, pan, ...ms], async ([fused, panSource, ...msSources]) => {
    const images = { fused: fused!, pan: panSource!, ms: stackSources(msSources) };
    const sensor = findSensor(name);
    const pair = alignFused(images, msGainsFor(sensor, images.ms.info.bands));
    const out: Record<string, number>[] = [];
    for (const window of sampleWindows(fused!.info)) {
      signal?.throwIfAborted();
      const part = await readAligned(images, { window, pair }, signal ? { signal } : {});
      const inputs = { ...part, ratio, sensor, ...(convention ? { convention } : {}) };
      out.push(fullResolutionIndices(part.fused, inputs));
    }
    return out;
  });
}
