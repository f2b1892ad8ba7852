/** Parity of the tables of figures: every fused image of a scene, both protocols. */

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { bandKernels, findSensor, msGainsFor, mtfFilter, type Raster } from '@bandweave/image';
import { assessFullResolution, dimCut, q2nMap, SamAccumulator } from '@bandweave/metrics';
import { type ParityCase, type Verdict, worse } from '../case.js';
import { maxAbsDifference, need, readTensors, type Tensor, toRaster } from '../tensors.js';
import { absoluteTolerance, compareNumber, INDEX_BY_NAME } from './metrics-indices.js';

type Tensors = ReadonlyMap<string, Tensor>;

const FULL_RESOLUTION_KEYS = {
  D_lambda: 'd_lambda',
  D_s: 'd_s',
  QNR: 'qnr',
  D_lambda_K: 'd_lambda_k',
  D_S_hqnr: 'd_s',
  HQNR: 'hqnr',
} as const;

/** The inputs that a scene's cases share. */
interface Scene {
  readonly folder: string;
  readonly name: string;
  readonly sensor: string;
  readonly ratio: number;
  readonly bits: number;
  readonly tensors: Tensors;
}

/** The scene that a case's `inputs` names: "../../classical/_scene_x/io.safetensors ...". */
export function loadScene({ folder, json }: ParityCase): Scene {
  const path = /(\S*)_scene_([^\s/]+)\/io\.safetensors/.exec(String(json.inputs));
  if (!path) throw new Error(`expected a scene in inputs, got ${json.inputs}`);
  const above = join(folder, path[1]);
  const scene = join(above, `_scene_${path[2]}`);
  const facts = JSON.parse(readFileSync(join(scene, 'case.json'), 'utf8'));
  return {
    folder: above,
    name: path[2],
    sensor: facts.sensor === 'none' ? 'generic' : facts.sensor,
    ratio: facts.ratio,
    bits: facts.radiometric_bits,
    tensors: readTensors(join(scene, 'io.safetensors')),
  };
}

/** The image of a method, or undefined where the cases do not store it. */
export function fusedImage(scene: Scene, method: string): Raster<Float64Array> | undefined {
  if (method === 'EXP') return toRaster(need(scene.tensors, 'EXP'));
  const path = join(scene.folder, `${method.toLowerCase()}__${scene.name}`, 'io.safetensors');
  return existsSync(path) ? toRaster(need(readTensors(path), 'out')) : undefined;
}

export function runTable(parityCase: ParityCase, tensors: Tensors): Verdict {
  const scene = loadScene(parityCase);
  const tolerance = absoluteTolerance(parityCase);
  const verdicts: Verdict[] = [];
  let images = 0;
  for (const [method, expected] of Object.entries<Figures>(parityCase.json.expected)) {
    const fused = fusedImage(scene, method);
    if (!fused) continue;
    images++;
    for (const [name, got] of figures(fused, scene, expected)) {
      const value = expected[name];
      verdicts.push(compareNumber(`${method} ${name}`, { got, expected: value }, tolerance));
    }
  }
  if (images === 0) throw new Error('expected stored images, got none');
  verdicts.push(...maps(scene, tensors));
  const worst = verdicts.reduce(worse);
  return { ...worst, note: `${worst.note} (${images} images, ${verdicts.length} figures)` };
}

type Figures = Readonly<Record<string, number | null>>;

/** The figures that are expected, computed. */
function* figures(
  fused: Raster<Float64Array>,
  scene: Scene,
  expected: Figures,
): Generator<[string, number]> {
  const { ratio } = scene;
  const block = 32;
  const full = assessFullResolution(fused, {
    pan: toRaster(need(scene.tensors, 'PAN')),
    ms: toRaster(need(scene.tensors, 'MS_LR')),
    expanded: toRaster(need(scene.tensors, 'EXP')),
    ratio,
    sensor: scene.sensor,
    block,
    quantise: 'uint16',
  });
  const truth = scene.tensors.get('MS_full') ?? scene.tensors.get('GT');
  for (const name of Object.keys(expected)) {
    if (name in FULL_RESOLUTION_KEYS) {
      yield [name, full[FULL_RESOLUTION_KEYS[name as keyof typeof FULL_RESOLUTION_KEYS]]];
      continue;
    }
    const [, cut, index, peak] = /^(?:cut(\d+)_)?(.+?)(?:_(\d+))?$/.exec(name)!;
    const compute = INDEX_BY_NAME[index];
    if (!compute || !truth) throw new Error(`expected known figures, got ${name}`);
    const reference = toRaster(truth);
    const how = { ratio, block, peak: peak ? Number(peak) : 2 ** scene.bits - 1 };
    yield [
      name,
      cut === undefined
        ? compute(fused, reference, how)
        : compute(
            dimCut(fused, { cut: Number(cut), clip: 2 ** scene.bits }),
            dimCut(reference, { cut: Number(cut) }),
            how,
          ),
    ];
  }
}

/** Maps of one image against another: <index>_map_<reference>_vs_<image>. */
function maps(scene: Scene, tensors: Tensors): Verdict[] {
  const verdicts: Verdict[] = [];
  for (const [name, { data }] of tensors) {
    const map = /^(SAM|Q2n)_map_(.+)_vs_(.+?)(_radians)?$/.exec(name);
    if (map) {
      const reference = fusedImage(scene, map[2]);
      const fused = fusedImage(scene, map[3]);
      if (!reference || !fused) continue;
      const got =
        map[1] === 'Q2n'
          ? q2nMap(fused, reference, { quantise: 'uint16' }).map
          : samMap(fused, reference);
      const scale = map[4] ? Math.PI / 180 : 1;
      const error = maxAbsDifference(
        got.map((value) => value * scale),
        data,
      );
      verdicts.push({ error, tolerance: 1e-5, note: name });
    }
    const degraded = /^(.+)_MTF_degraded_band(\d+)$/.exec(name);
    if (degraded) {
      const fused = fusedImage(scene, degraded[1]);
      if (!fused) continue;
      const gains = msGainsFor(findSensor(scene.sensor), fused.bands);
      const kernels = bandKernels(fused.bands, { gains, ratio: scene.ratio });
      const size = fused.height * fused.width;
      const band = Number(degraded[2]) - 1;
      const got = mtfFilter(fused, kernels).data.subarray(band * size, (band + 1) * size);
      // Relative to the largest count: the image was stored in float32.
      const limit = 1e-5 * Math.max(...data.map(Math.abs));
      verdicts.push({ error: maxAbsDifference(got, data), tolerance: limit, note: name });
    }
  }
  return verdicts;
}

function samMap(fused: Raster, reference: Raster): Float64Array {
  const map = new Float64Array(fused.height * fused.width);
  new SamAccumulator().add(fused, reference, { map });
  return map;
}
