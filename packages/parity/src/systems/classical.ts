/** The classical methods of DLPan-Toolbox and Pansharpening Tool, run in Octave on three scenes. */

import { join } from 'node:path';
import {
  contextBased,
  type FusionMethod,
  filterEstimated,
  findMethod,
  fuseArrays,
} from '@bandweave/fusion';
import { findSensor, msGainsFor } from '@bandweave/image';
import type { ParityCase, Verdict } from '../case.js';
import { maxAbsDifference, need, readTensors, toRaster } from '../tensors.js';

/** Names of the originals that are not ours in lower case with dashes. */
const NAMES: Readonly<Record<string, string>> = {};

export async function runClassical({ folder, json }: ParityCase): Promise<Verdict> {
  const original = String(json.function);
  const name = NAMES[original] ?? original.toLowerCase().replaceAll('_', '-');
  const scene = readTensors(join(folder, json.inputs));
  const expected = toRaster(need(readTensors(join(folder, 'io.safetensors')), 'out'));
  const pan = toRaster(need(scene, 'PAN'));
  const ms = toRaster(need(scene, 'MS_LR'));
  const sensor = findSensor(String(json.parameters.sensor));
  const fused = fuseArrays({ pan, ms }, methodOf(name, json.parameters), {
    phase: 'toolbox',
    mode: 'released',
    border: 'circular',
    exp: toRaster(need(scene, 'EXP')).data,
    msGains: msGainsFor(sensor, ms.bands),
    panGain: sensor.panGain,
  });
  return {
    error: maxAbsDifference(fused.data, expected.data),
    tolerance: json.tolerance.max_abs_digital_numbers,
  };
}

/** The method with what a case says of its options. */
// biome-ignore lint/suspicious/noExplicitAny: the parameters of a case.json
function methodOf(name: string, parameters: any): FusionMethod {
  if (name === 'mtf-glp-cbd') {
    const { block, threshold } = parameters;
    // JSON has no infinity: it is written as a word.
    return contextBased({
      ...(block === undefined ? {} : { block: Number(block) }),
      ...(threshold === undefined ? {} : { threshold: infinite(threshold) }),
    }) as FusionMethod;
  }
  if (name === 'fe-hpm') {
    const { tap, lambda, mu, th, iterations, gradient } = parameters;
    return filterEstimated({
      ...(tap === undefined ? {} : { taps: tap }),
      ...(lambda === undefined ? {} : { lambda }),
      ...(mu === undefined ? {} : { mu }),
      ...(th === undefined ? {} : { threshold: th }),
      ...(iterations === undefined ? {} : { iterations }),
      ...(gradient === undefined ? {} : { gradient: String(gradient).toLowerCase() as 'basic' }),
    }) as FusionMethod;
  }
  return findMethod(name);
}

function infinite(value: string | number): number {
  return Number(String(value).replace(/inf$/i, 'Infinity'));
}
