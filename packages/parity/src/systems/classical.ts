/** The classical methods of DLPan-Toolbox and Pansharpening Tool, run in Octave on three scenes. */

import { join } from 'node:path';
import { fuseArrays } from '@bandweave/fusion';
import { findSensor, msGainsFor } from '@bandweave/image';
import type { ParityCase, Verdict } from '../case.js';
import { maxAbsDifference, need, readTensors, toRaster } from '../tensors.js';
import { methodOf, optionsOf } from './classical-methods.js';

export async function runClassical({ folder, json }: ParityCase): Promise<Verdict> {
  const scene = readTensors(join(folder, json.inputs));
  const expected = toRaster(need(readTensors(join(folder, 'io.safetensors')), 'out'));
  const pan = toRaster(need(scene, 'PAN'));
  const ms = toRaster(need(scene, 'MS_LR'));
  const sensor = findSensor(String(json.parameters.sensor));
  const fused = fuseArrays({ pan, ms }, methodOf(json, scene), {
    ...optionsOf(json),
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
