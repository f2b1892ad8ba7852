/** A trained fusion network opened from its weights: windows in, sharpened windows out. */

import {
  compile,
  createParams,
  createSessionCache,
  createWorkerSession,
  GraphError,
  input,
  type Params,
  type Tensor,
  type WorkerSession,
} from '@bandweave/graph';
import type { BuiltNetwork, NetworkFacts, NetworkInputs, WeightsSource } from './definition.js';
import { enlargeMs } from './enlarge.js';
import { openWeights } from './open-weights.js';
import { meanOfStarts, type Preparation } from './preparation.js';
import { runSampling, type SamplingRun } from './run-sampling.js';
import { type Sampling, type SamplingPlan, samplerChoice } from './sampling.js';
import { sceneNoise } from './scene-noise.js';

export interface NetworkWindow {
  /** [panBands, height, width] */
  readonly pan: Float32Array;
  /** [msBands, height / ratio, width / ratio] */
  readonly ms: Float32Array;
  /**
   * [bases · msBands, height, width], asked for where the network looks at it: MS enlarged, or the
   * bases of the preparation; made of `ms` by `enlargeMs` where it is missing.
   */
  readonly lms?: () => Float32Array;
  readonly height: number;
  readonly width: number;
}

/** Values of what was found out about a scene, as plain data. */
export type SceneValues = Readonly<
  Record<string, { readonly shape: readonly number[]; readonly data: Float32Array }>
>;

export interface RunWindowOptions {
  readonly signal?: AbortSignal;
  /** What `fitScene` found out about the window's scene. */
  readonly scene?: SceneValues;
  /** For networks that sample: how; by the usual sampler with noise of seed 1 without it. */
  readonly sampling?: WindowSampling;
}

/** The steps, the window's noise, and what each estimate goes through. */
export interface WindowSampling extends Pick<SamplingRun, 'noise' | 'correct' | 'onStep'> {
  readonly plan: SamplingPlan;
}

/** The numbers of the clusters that a window's pixels belong to. */
export interface ClusterMap {
  readonly name: string;
  readonly height: number;
  readonly width: number;
  readonly data: Float32Array;
}

export interface FusionNetwork {
  readonly facts: NetworkFacts;
  /** What the inputs must have gone through. */
  readonly preparation: Preparation;
  /** Whether there is something to find out about a scene, and clusters to be mapped. */
  readonly offers: { readonly scene: boolean; readonly clusters: boolean };
  /** For networks that sample. */
  readonly sampling?: Omit<Sampling, 'evaluate'>;
  /**
   * [msBands, height, width]; values as the network gives them, not clamped. Runs in a process of
   * its own, so that the signal ends it in the middle.
   */
  run(inputs: NetworkWindow, options?: RunWindowOptions): Promise<Float32Array>;
  /**
   * From windows of one size that are spread over a scene.
   *
   * @throws GraphError where the network offers no such thing
   */
  fitScene(windows: readonly NetworkWindow[], options?: RunWindowOptions): Promise<SceneValues>;
  /**
   * Full size first.
   *
   * @throws GraphError where the network has no clusters
   */
  clusters(inputs: NetworkWindow, options?: RunWindowOptions): Promise<readonly ClusterMap[]>;
  close(): Promise<void>;
}

/** Sessions of different window sizes that are kept: the usual one, and those at the edges. */
const MOST_SESSIONS = 4;

/**
 * The network with the weights of a file.
 *
 * @throws GraphError in one line where the file is no weights file, cut short, or another network's
 */
export async function openFusionNetwork(
  name: string,
  path: string,
  {
    threads = 0,
    workers = 1,
    ...known
  }: {
    readonly threads?: number;
    /** Windows that may be run at once, each in a process of its own. */
    readonly workers?: number;
    /** Bands and ratio of what is fused, for weights that serve more than one kind of pair. */
    readonly pair?: NonNullable<WeightsSource['pair']>;
    /** Ratio that weights from elsewhere were trained at where their shapes do not tell it. */
    readonly ratio?: number;
  } = {},
): Promise<FusionNetwork> {
  const { network, preparation, tensors } = await openWeights(name, path, known);
  const { facts, sampling } = network;
  const { panBands, msBands, ratio, bases = 1 } = facts;
  const sessions = createSessionCache<WorkerSession>(
    (key) => {
      const { task, batch, height, width, scene } = JSON.parse(key) as SessionKey;
      const params = createParams({ weights: tensors, file: path });
      const outputs = traceTask(network, params, {
        task,
        inputs: {
          pan: input('pan', [batch, panBands, height, width]),
          ms: input('ms', [batch, msBands, Math.round(height / ratio), Math.round(width / ratio)]),
          lms: input('lms', [batch, bases * msBands, height, width]),
        },
        moment: {
          state: input('state', [batch, msBands, height, width]),
          time: input('time', [batch]),
        },
        fitted: scene.map(([part, shape]) => [part, input(`scene.${part}`, shape)]),
      });
      params.finish();
      return createWorkerSession(compile(outputs, { weights: 'initializers' }), {
        threads,
        workers,
      });
    },
    { limit: MOST_SESSIONS },
  );

  const start = async (
    task: Task,
    windows: readonly NetworkWindow[],
    { signal, scene = {} }: RunWindowOptions,
  ) => {
    const [{ height, width }] = windows;
    const shapes = Object.entries(scene).map(([part, { shape }]) => [part, shape]);
    const key = { task, batch: windows.length, height, width, scene: shapes };
    const session = await sessions.get(JSON.stringify(key));
    // A trace that does not look at an input has none of that name.
    const feeds: Record<string, Float32Array> = {};
    for (const { name: port } of session.inputs) {
      feeds[port] = port.startsWith('scene.')
        ? scene[port.slice('scene.'.length)].data
        : joined(windows.map((window) => valuesOf(window, port, facts)));
    }
    return session.run(feeds, signal ? { signal } : {});
  };

  const usual = sampling?.plan(samplerChoice(sampling));

  /** All evaluations of a window. */
  const sampled = async (
    window: NetworkWindow,
    { signal, sampling: asked }: RunWindowOptions,
  ): Promise<Float32Array> => {
    const { height, width } = window;
    const session = await sessions.get(
      JSON.stringify({ task: 'evaluate', batch: 1, height, width, scene: [] } satisfies SessionKey),
    );
    const place = { bands: msBands, row: 0, col: 0, height, width };
    const bases = valuesOf(window, 'lms', facts);
    const lms = meanOfStarts(bases, preparation);
    const fixed: Record<string, Float32Array> = {};
    for (const { name: port } of session.inputs) {
      if (port === 'state' || port === 'time') continue;
      fixed[port] = port === 'lms' ? bases : valuesOf(window, port, facts);
    }
    const looks = new Set(session.inputs.map(({ name: port }) => port));
    const { plan = usual!, ...rest } = asked ?? {};
    return runSampling(plan, {
      noise: (step) => sceneNoise({ seed: 1, sample: 0, step }, place),
      ...rest,
      lms,
      clamp: sampling?.clamp ?? false,
      signal,
      evaluate: async (state, time) => {
        const feeds = { ...fixed };
        if (looks.has('state')) feeds.state = state;
        if (looks.has('time')) feeds.time = Float32Array.of(time);
        const { output } = await session.run(feeds, signal ? { signal } : {});
        return output.data as Float32Array;
      },
    });
  };

  return {
    facts,
    preparation,
    ...(sampling ? { sampling } : {}),
    offers: { scene: network.scene !== undefined, clusters: network.clusters !== undefined },
    async run(window, options = {}) {
      if (sampling) return sampled(window, options);
      const { output } = await start('sharpen', [window], options);
      return output.data as Float32Array;
    },
    async fitScene(windows, options = {}) {
      const found = await start('fit', windows, options);
      return Object.fromEntries(
        Object.entries(found).map(([part, { shape, data }]) => [
          part.slice('fitted.'.length),
          { shape, data: data as Float32Array },
        ]),
      );
    },
    async clusters(window, options = {}) {
      const found = await start('clusters', [window], options);
      return Object.entries(found).map(([part, { shape, data }]) => ({
        name: part.slice('clusters.'.length),
        height: shape[1],
        width: shape[2],
        data: data as Float32Array,
      }));
    },
    close: () => sessions.close(),
  };
}

type Task = 'sharpen' | 'evaluate' | 'fit' | 'clusters';

interface SessionKey {
  readonly task: Task;
  readonly batch: number;
  readonly height: number;
  readonly width: number;
  readonly scene: readonly (readonly [string, readonly number[]])[];
}

/** What a session gives, by name. */
function traceTask(
  network: BuiltNetwork,
  params: Params,
  {
    task,
    inputs,
    moment,
    fitted,
  }: {
    readonly task: Task;
    readonly inputs: NetworkInputs;
    readonly moment: { readonly state: Tensor; readonly time: Tensor };
    readonly fitted: readonly (readonly [string, Tensor])[];
  },
): Record<string, Tensor> {
  const known = fitted.length > 0 ? Object.fromEntries(fitted) : undefined;
  const named = (prefix: string, found: Readonly<Record<string, Tensor>> | undefined) => {
    if (found) return Object.fromEntries(Object.entries(found).map(([k, t]) => [prefix + k, t]));
    throw new GraphError(`network: expected one that clusters pixels, got another; try cannet.`);
  };
  if (task === 'evaluate' && network.sampling) {
    return { output: network.sampling.evaluate(params, { ...inputs, ...moment }) };
  }
  // Traced whatever the task, so that weights are checked against all of the network.
  const plain = network.build(params, inputs);
  const output = known ? network.scene?.build(params, inputs, known) : plain;
  if (task === 'fit') return named('fitted.', network.scene?.fit(params, inputs));
  if (task === 'clusters') return named('clusters.', network.clusters?.(params, inputs, known));
  return named('', output && { output });
}

/** What a window feeds to an input. */
function valuesOf(
  { pan, ms, lms, height, width }: NetworkWindow,
  port: string,
  { msBands, ratio }: NetworkFacts,
): Float32Array {
  if (port === 'pan') return pan;
  if (port === 'ms') return ms;
  const size = {
    bands: msBands,
    height: Math.round(height / ratio),
    width: Math.round(width / ratio),
  };
  return lms?.() ?? enlargeMs({ ...size, data: ms }, ratio).data;
}

function joined(parts: readonly Float32Array[]): Float32Array {
  if (parts.length === 1) return parts[0];
  const whole = new Float32Array(parts.reduce((n, part) => n + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
