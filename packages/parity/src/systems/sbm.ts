/** SBM: schedules, marginals, labels, samplers and velocities of its bridge. */

import { join } from 'node:path';
import {
  labelOf,
  type Marginal,
  marginal,
  sampleBridge,
  symmetricBridge,
  velocity,
} from '@bandweave/models';
import type { ParityCase, Runner, Verdict } from '../case.js';
import { worse } from '../case.js';
import { maxAbsDifference, need, readTensors, type Tensor } from '../tensors.js';

export const runSbm: Runner = async ({ folder, json }) => {
  const io = readTensors(join(folder, 'io.safetensors'));
  const get = (name: string) => need(io, name);
  const { tolerance, case: title } = json as ParityCase['json'];
  const steps = get('sched.std_fwd').data.length;
  const betaMax = Number(/beta_max ([\d.]+)/.exec(title)?.[1] ?? 0.3);
  const bridge = symmetricBridge({ steps, betaMax });
  let verdict: Verdict = { error: 0, tolerance: tolerance.sched.rel, note: 'schedule' };
  const check = (note: string, got: ArrayLike<number>, limit: number) => {
    const error = maxAbsDifference(got, get(note).data);
    verdict = worse(verdict, { error, tolerance: limit, note });
  };

  const all = Array.from({ length: steps }, (_, step) => step);
  const schedules: Record<string, number[]> = {
    'sched.std_fwd': all.map((step) => Math.sqrt(bridge.fromTarget(step))),
    'sched.std_bwd': all.map((step) => Math.sqrt(bridge.toSource(step))),
    'sched.mu_x0': all.map((step) => marginal(bridge, step).target),
    'sched.mu_x1': all.map((step) => marginal(bridge, step).source),
    'sched.std_sb': all.map((step) => marginal(bridge, step).deviation),
  };
  for (const [name, values] of Object.entries(schedules)) {
    const reference = get(name).data;
    const error = Math.max(...values.map((v, i) => Math.abs(v / reference[i] - 1)));
    verdict = worse(verdict, { error, tolerance: tolerance.sched.rel, note: name });
  }

  const [x0, x1, noise] = [get('in.x0'), get('in.x1'), get('in.noise')];
  const at = Array.from(get('in.steps').data);
  const each = (f: (i: number, m: Marginal, step: number) => number) => {
    const size = x0.data.length / at.length;
    return x0.data.map((_, i) => {
      const step = at[Math.floor(i / size)];
      return f(i, marginal(bridge, step), step);
    });
  };
  const mean = (i: number, m: Marginal) => m.target * x0.data[i] + m.source * x1.data[i];
  check('q.ode', each(mean), tolerance.q.max_abs);
  check(
    'q.sde',
    each((i, m) => mean(i, m) + m.deviation * noise.data[i]),
    tolerance.q.max_abs,
  );
  const states = get('q.sde').data;
  const label = each((i, _, step) => labelOf(bridge, step, { x: states[i], target: x0.data[i] }));
  check('label.eps', label, tolerance.q.max_abs);

  for (const sampler of ['sde', 'ode'] as const) {
    const name = `sample.${sampler}.xs`;
    if (!io.has(name)) continue;
    const xs = await samples(get, { bridge, times: [...json.steps].reverse(), sampler });
    check(name, inOrder(xs, get(name)), tolerance.sample.max_abs);
  }

  if (io.has('cfm.u_t')) {
    const times = get('cfm.t').data;
    const size = x0.data.length / times.length;
    const x = get('cfm.x_t').data;
    const u = x.map((value, i) =>
      velocity(times[Math.floor(i / size)], { x: value, begin: x0.data[i], end: x1.data[i] }),
    );
    check('cfm.u_t', u, tolerance.cfm.max_abs);
  }
  return verdict;
};

/** States after each step with the case's stand-in for a network. */
function samples(
  get: (name: string) => Tensor,
  {
    bridge,
    times,
    sampler,
  }: { bridge: ReturnType<typeof symmetricBridge>; times: number[]; sampler: 'ode' | 'sde' },
): Promise<Float32Array[]> {
  const ref = get('in.ref').data;
  let drawn = 0;
  const stored = sampler === 'sde' ? get('sample.sde.noises').data : new Float64Array(0);
  return sampleBridge(Float32Array.from(get('in.x1').data), {
    bridge,
    times,
    sampler,
    predict: (x) => x.map((value, i) => 0.6 * value + 0.4 * ref[i]),
    noise: { normal: () => stored[drawn++] },
  });
}

/** As stored: [image, step, ...], the last step first. */
function inOrder(states: readonly Float32Array[], { shape, data }: Tensor): Float64Array {
  const [images, steps] = shape;
  const size = data.length / images / steps;
  return data.map((_, i) => {
    const [image, step] = [Math.floor(i / size / steps), Math.floor(i / size) % steps];
    return states[steps - 1 - step][image * size + (i % size)];
  });
}
