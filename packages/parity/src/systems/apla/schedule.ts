/** DDIM's tables, steps, noising and velocities. */

import { join } from 'node:path';
import { addNoise, ddimStep, noiseSchedule, timestepsOf, velocity } from '@bandweave/video';
import { type Runner, type Verdict, worse } from '../../case.js';
import { maxAbsDifference, need, readTensors } from '../../tensors.js';
import { judge } from './judge.js';

export const runSchedule: Runner = async ({ folder, json }) => {
  const { num_inference_steps: steps, eta = 0 } = json.config;
  const schedule = noiseSchedule(json.config);
  const io = readTensors(join(folder, 'io.safetensors'));
  const floats = (name: string) => Float32Array.from(need(io, name).data);
  const table = (name: string, got: ArrayLike<number>, tolerance = 2e-7): Verdict => ({
    error: maxAbsDifference(got, need(io, name).data),
    tolerance,
    note: name,
  });
  let verdict = table('betas', schedule.betas);
  verdict = worse(verdict, table('alphas_cumprod', schedule.kept));
  verdict = worse(verdict, table('final_alpha_cumprod', [schedule.keptBelow]));
  verdict = worse(verdict, table('timesteps', timestepsOf(schedule, steps), 0));
  const near = (name: string, got: ArrayLike<number>) => {
    verdict = worse(verdict, judge(name, got, { reference: need(io, name).data, rtol: 2e-6 }));
  };
  const noise = io.has('variance_noise') ? floats('variance_noise') : undefined;
  for (let i = 0; io.has(`step${i}_t`); i++) {
    const t = need(io, `step${i}_t`).data[0];
    const output = floats('model_output');
    const step = ddimStep(schedule, floats('sample'), { steps, output, t, eta, noise });
    near(`step${i}_prev`, step.previous);
    near(`step${i}_x0`, step.clean);
  }
  const times = need(io, 'add_t').data;
  const [clean, drawn] = [floats('add_x'), floats('add_noise')];
  const size = clean.length / times.length;
  const each = (f: typeof addNoise) =>
    Array.from(times).flatMap((t, i) => {
      const part = (x: Float32Array) => x.slice(i * size, (i + 1) * size);
      return Array.from(f(schedule, part(clean), { noise: part(drawn), t }));
    });
  near('add_out', each(addNoise));
  near('velocity', each(velocity));
  return verdict;
};
