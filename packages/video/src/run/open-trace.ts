/** A session for a trace of any size, which leaves this thread free. */

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  compile,
  createSession,
  createWorkerSession,
  exportOnnx,
  type Model,
  type Provider,
  type Session,
  type SessionOptions,
  type Tensor,
} from '@bandweave/graph';
import { parametersIn } from './parameters-in.js';

export interface OpenTraceOptions {
  readonly provider?: Provider | undefined;
  /** 0 lets ONNX Runtime choose. */
  readonly threads?: number | undefined;
  /** 'worker' runs in a process of its own; 'here' blocks this thread for each run. */
  readonly where?: 'worker' | 'here';
  /** For weights beyond what one model may hold (2 GB); the system's folder by default. */
  readonly scratch?: string;
  /** Bytes of weights from which they go there; 1.9 GB by default. */
  readonly externalAbove?: number | undefined;
  /** 'release' lets the parameters' values go once the session has them: they are empty then. */
  readonly weights?: 'keep' | 'release';
}

/** Room below protobuf's limit for nodes and names. */
const LIMIT = 1.9e9;

/**
 * The trace with its weights, which are laid out for the fastest kernels. Weights beyond the limit
 * go to a temporary file, which goes away with the session.
 */
export async function openTrace(
  outputs: Readonly<Record<string, Tensor>>,
  options: OpenTraceOptions = {},
): Promise<Session> {
  const { provider, threads = 0, where = 'worker', scratch = tmpdir() } = options;
  const { externalAbove = LIMIT, weights = 'keep' } = options;
  const release = () => {
    if (weights === 'release')
      for (const { slot } of parametersIn(outputs).values()) slot.data = new Float32Array(0);
  };
  const made: SessionOptions = provider ? { threads, provider } : { threads };
  const open = (model: Model | string) =>
    where === 'worker' ? createWorkerSession(model, made) : createSession(model, made);
  const target = {
    provider: provider === 'cuda' || provider === 'webgpu' ? provider : 'cpu',
  } as const;
  if (bytesOf(outputs) <= externalAbove) {
    const model = compile(outputs, { weights: 'initializers', target });
    release();
    return open(model);
  }
  const folder = await mkdtemp(join(scratch, 'bandweave-video-'));
  const drop = () => rm(folder, { recursive: true, force: true });
  try {
    const path = join(folder, 'network.onnx');
    await exportOnnx(outputs, path, { target, externalAbove, flush: 'system' });
    release();
    const session = await open(path);
    const close = async () => {
      await session.close();
      await drop();
    };
    return { ...session, close };
  } catch (error) {
    await drop();
    throw error;
  }
}

const bytesOf = (outputs: Readonly<Record<string, Tensor>>) =>
  [...parametersIn(outputs).values()].reduce(
    (sum, { shape }) => sum + 4 * shape.reduce((a, b) => a * b, 1),
    0,
  );
