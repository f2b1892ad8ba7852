/** A pair made ready for one resolution: cut to its middle, or brought down by Wald's protocol. */

import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { alignGrids } from '../align.js';
import { chooseSensor } from '../sensor-choice.js';
import { simulate } from '../simulate/simulate.js';
import { stackSources } from '../stack.js';
import { checkPan, withRasters } from '../with-rasters.js';
import type { CompareOptions, ComparePair, PreparedScene, Resolution } from './compare-options.js';
import { cropPair } from './crop-pair.js';
import { exists, keep, keyOf, recall, stampOf } from './results-file.js';

export interface SceneRequest extends ComparePair {
  readonly name: string;
  readonly resolution: Resolution;
}

/** Makes what is missing below `folder`; what an earlier run made is taken over. */
export async function prepareScene(
  request: SceneRequest,
  folder: string,
  options: CompareOptions,
): Promise<PreparedScene> {
  const { name, resolution, pan, ms } = request;
  const { crop, sensor } = options;
  const key = keyOf({
    stamps: await Promise.all([pan, ...ms].map(stampOf)),
    resolution,
    ...(crop === undefined ? {} : { crop }),
    ...(sensor === undefined ? {} : { sensor }),
  });
  const place = join(folder, name, resolution);
  const record = join(place, 'scene.json');
  const known = await recall<PreparedScene>(record, key);
  const files = known ? [known.pan, ...known.ms, known.reference ?? known.pan] : [];
  if (known && (await Promise.all(files.map(exists))).every(Boolean)) return known;
  await mkdir(place, { recursive: true });
  const original = await originalPair(request, join(folder, name), options);
  const scene =
    resolution === 'full'
      ? await fullScene(request, original)
      : await reducedScene({ ...request, ...original }, place, options);
  await keep(record, key, scene);
  return scene;
}

type Facts = Pick<PreparedScene, 'pan' | 'ms' | 'ratio' | 'sensor' | 'height' | 'width' | 'bands'>;

/** The pair itself or its middle, and what sensor took it. */
async function originalPair(
  { pan, ms }: SceneRequest,
  folder: string,
  { crop, sensor, signal, onMessage }: CompareOptions,
): Promise<Facts> {
  return withRasters([pan, ...ms], async ([panSource, ...msSources]) => {
    const sources = { pan: panSource!, ms: stackSources(msSources) };
    checkPan(sources.pan);
    const { rows, cols, messages } = alignGrids(sources.pan, sources.ms);
    const ratio = Math.round(Math.sqrt(rows.ratio * cols.ratio));
    const choice = chooseSensor(sensor, { ...sources, ratio });
    for (const line of [...messages, choice.message]) onMessage?.(line);
    const cut =
      crop === undefined
        ? undefined
        : await cropPair(sources, folder, { side: crop, ...(signal ? { signal } : {}) });
    const { bands } = sources.ms.info;
    const { height, width } = sources.pan.info;
    const facts = { ratio, sensor: choice.sensor.name, bands };
    if (!cut) return { pan, ms, height, width, ...facts };
    const size = await withRasters([cut.pan], async ([source]) => source!.info);
    return { pan: cut.pan, ms: [cut.ms], height: size.height, width: size.width, ...facts };
  });
}

async function fullScene({ name }: SceneRequest, facts: Facts): Promise<PreparedScene> {
  return { name, resolution: 'full', ...facts };
}

async function reducedScene(
  { name, pan, ms, ratio, sensor }: SceneRequest & Facts,
  place: string,
  { signal }: CompareOptions,
): Promise<PreparedScene> {
  const made = await simulate({ pan, ms }, place, {
    sensor,
    ratio,
    overwrite: true,
    ...(signal ? { signal } : {}),
  });
  const { height, width, bands } = made;
  const paths = { pan: made.pan, ms: [made.ms], reference: made.reference };
  return { name, resolution: 'reduced', ...paths, ratio, sensor, height, width, bands };
}
