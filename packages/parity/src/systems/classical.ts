/** The classical methods of DLPan-Toolbox and Pansharpening Tool, run in Octave on three scenes. */

import { join } from 'node:path';
import { findMethod, fuseArrays } from '@bandweave/fusion';
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
  const fused = fuseArrays({ pan, ms }, findMethod(name), {
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
