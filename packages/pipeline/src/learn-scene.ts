/** Lets a network look at a scene, on windows spread over it, before any window is fused. */

import { exp, makeScene, type Scene } from '@bandweave/fusion';
import type { NetworkWindow, SceneValues } from '@bandweave/models';
import { giveWay } from './area-runner.js';
import type { Area, Job } from './job.js';
import { LatticePair } from './lattice-pair.js';
import { windowInputs } from './network-window.js';
import { type Inputs, readRegions, windowOf } from './regions.js';

/** Windows, and their side in PAN pixels: together as many pixels as two usual windows have. */
const WINDOWS = 8;
const SIDE = 128;
/** Places that are tried for each window, and how much of one must be data. */
const TRIES = 6;
const FULL = 0.9;

/** What the network finds out about the job's scene. */
export async function learnScene(
  job: Job,
  inputs: Inputs,
  { parameters, signal }: { readonly parameters: unknown; readonly signal?: AbortSignal },
): Promise<SceneValues> {
  const facts = job.network;
  if (!facts) throw new Error('learn scene: expected a job of a network');
  const scene = makeScene(job.scene);
  const windows: NetworkWindow[] = [];
  const aborted = signal ? { signal } : {};
  for (const place of await placesIn(job, inputs, { scene, signal })) {
    const pair = await LatticePair.read(inputs, [place], { job, scene, facts, ...aborted });
    windows.push(await windowInputs(pair, place, { job, scene, inputs, parameters, signal }));
  }
  const { openFusionNetwork } = await import('@bandweave/models');
  const network = await openFusionNetwork(job.method, facts.weights, {
    pair: { msBands: scene.bands, ratio: facts.ratio, exactRatio: facts.ratio },
    ratio: facts.ratio,
  });
  try {
    return await network.fitScene(windows, aborted);
  } finally {
    await network.close();
  }
}

/** Windows that hold data; where the scene has few, the best there are. */
async function placesIn(
  job: Job,
  inputs: Inputs,
  { scene, signal }: { readonly scene: Scene; readonly signal: AbortSignal | undefined },
): Promise<Area[]> {
  const candidates = candidatesIn(scene, (job.network?.ratio ?? 1) * (job.network?.msStep ?? 1));
  const seen: { readonly place: Area; readonly share: number }[] = [];
  for (const place of candidates) {
    await giveWay(signal);
    seen.push({ place, share: await validShare(job, inputs, { scene, place, signal }) });
    if (seen.filter(({ share }) => share >= FULL).length >= WINDOWS) break;
  }
  const best = [...seen].sort((a, b) => b.share - a.share).slice(0, WINDOWS);
  const full = best.filter(({ share }) => share >= FULL);
  return (full.length > 0 ? full : best).map(({ place }) => place);
}

/**
 * Places for windows on the lattice: all there are where they are few, else the first of Roberts'
 * sequence (2018), which fills a rectangle evenly however many are taken.
 */
export function candidatesIn(
  { height, width }: { readonly height: number; readonly width: number },
  lattice: number,
): Area[] {
  const spanOf = (size: number) => {
    const whole = Math.ceil(size / lattice) * lattice;
    const length = Math.min(Math.ceil(SIDE / lattice) * lattice, whole);
    return { length, room: whole - length };
  };
  const [rows, cols] = [spanOf(height), spanOf(width)];
  const at = (span: { length: number; room: number }, share: number) => {
    const start = Math.round((span.room * share) / lattice) * lattice;
    return { start, end: start + span.length };
  };
  const counts = [rows, cols].map(({ length, room }) => Math.ceil(room / length) + 1);
  if (counts[0] * counts[1] <= WINDOWS) {
    const shares = counts.map((count) =>
      Array.from({ length: count }, (_, i) => (count === 1 ? 0 : i / (count - 1))),
    );
    return shares[0].flatMap((r) =>
      shares[1].map((c) => ({ rows: at(rows, r), cols: at(cols, c) })),
    );
  }
  return Array.from({ length: WINDOWS * TRIES }, (_, i) => ({
    rows: at(rows, (0.5 + i * 0.7548776662466927) % 1),
    cols: at(cols, (0.5 + i * 0.5698402909980532) % 1),
  }));
}

async function validShare(
  job: Job,
  inputs: Inputs,
  {
    scene,
    place,
    signal,
  }: { readonly scene: Scene; readonly place: Area; readonly signal: AbortSignal | undefined },
): Promise<number> {
  const area = {
    rows: { start: place.rows.start, end: Math.min(place.rows.end, scene.height) },
    cols: { start: place.cols.start, end: Math.min(place.cols.end, scene.width) },
  };
  const parts = { job, scene, method: exp };
  const regions = await readRegions(inputs, area, { ...parts, ...(signal ? { signal } : {}) });
  const { mask } = windowOf(regions, area, parts);
  if (!mask) return 1;
  return mask.reduce((sum, one) => sum + one, 0) / mask.length;
}
