/**
 * The selective scan by itself: CPU time per state update and memory, forward and with all
 * gradients, beside ONNX's Scan taken step by step. Run: node bench/dist/scan.js
 *
 * CPU time on one thread, the smallest of the runs: it bears a busy machine best.
 */

import {
  add,
  compile,
  createSession,
  exp,
  grad,
  input,
  matmul,
  mul,
  random,
  rawScan,
  reshape,
  scanRows,
  sum,
  type Tensor,
  zeros,
} from '@bandweave/graph';

interface Size {
  readonly length: number;
  readonly groups: number;
  readonly channels: number;
  readonly states: number;
}

const SIZES: readonly Size[] = [
  { length: 4096, groups: 4, channels: 32, states: 8 },
  { length: 4096, groups: 8, channels: 32, states: 8 },
  { length: 4096, groups: 4, channels: 64, states: 32 },
];

const RUNS = 7;

/** delta, drive, A, B and C of a size. */
function inputsOf({ length, groups, channels, states }: Size) {
  return {
    delta: input('delta', [length, groups, channels]),
    drive: input('drive', [length, groups, channels]),
    A: input('A', [groups, channels, states]),
    B: input('B', [length, groups, states]),
    C: input('C', [length, groups, states]),
  };
}

/** The recurrence as one Scan, a step at a time. */
function stepByStep({ delta, drive, A, B, C }: ReturnType<typeof inputsOf>): Tensor {
  const column = (t: Tensor) => reshape(t, [...t.shape, 1]);
  const [length, groups, states] = B.shape;
  return rawScan({
    states: [zeros(A.shape)],
    sequences: [column(delta), column(drive), reshape(B, [length, groups, 1, states]), column(C)],
    captures: [A],
    body: ([h], [d, v, b, c], [a]) => {
      const next = add(mul(exp(mul(d, a)), h), matmul(v, b));
      return { states: [next], outputs: [matmul(next, c)] };
    },
  }).outputs[0];
}

async function measure(outputs: Record<string, Tensor>, size: Size): Promise<number> {
  const session = await createSession(compile(outputs, { weights: 'inputs' }), { threads: 1 });
  const source = random(1);
  const scale: Record<string, (v: number) => number> = { delta: (v) => 0.1 * v, A: (v) => -8 * v };
  const feeds = Object.fromEntries(
    session.inputs.map(({ name, shape }) => {
      const count = shape.reduce((a, b) => a * b, 1);
      const shaped = scale[name] ?? ((v: number) => v - 0.5);
      return [name, Float32Array.from({ length: count }, () => shaped(source.uniform()))];
    }),
  );
  let best = Number.POSITIVE_INFINITY;
  for (let i = 0; i < RUNS; i++) {
    const before = process.cpuUsage();
    await session.run(feeds);
    const { user, system } = process.cpuUsage(before);
    best = Math.min(best, user + system);
  }
  await session.close();
  const { length, groups, channels, states } = size;
  return (best * 1000) / (length * groups * channels * states);
}

for (const size of SIZES) {
  const { length, groups, channels, states } = size;
  const inputs = inputsOf(size);
  const y = sum(scanRows(inputs).y);
  const grads = grad(y, Object.values(inputs)).map((g, i) => [`g${i}`, g] as const);
  const line = {
    size: `${length} steps x ${groups * channels} channels x ${states} states`,
    stepByStepNs: await measure({ y: sum(stepByStep(inputs)) }, size),
    chunkedNs: await measure({ y }, size),
    withGradientsNs: await measure({ y, ...Object.fromEntries(grads) }, size),
    statesIfStoredMb: (length * groups * channels * states * 4) / 1e6,
    peakRssMb: process.resourceUsage().maxRSS / 1024,
  };
  process.stdout.write(
    `${JSON.stringify(line, (_, v) => (typeof v === 'number' ? Number(v.toFixed(2)) : v))}\n`,
  );
}
