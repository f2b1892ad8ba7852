/** Runs a pansharpening network on windows of any size, with one session a size. */

import {
  compile,
  createSessionCache,
  createWorkerSession,
  GraphError,
  input,
  type Provider,
  type Tensor,
} from '@bandweave/graph';
import type { Raster } from '@bandweave/image';

/** Values already divided by the sensor's largest, as the network was trained. */
export interface WindowInputs {
  /** [panBands, h·ratio, w·ratio] */
  readonly pan: Raster;
  /** [msBands, h, w] */
  readonly ms: Raster;
}

export interface WindowRunner {
  readonly provider: Provider;
  /** The sharpened window [msBands, h·ratio, w·ratio], not clamped. */
  fuse(
    inputs: WindowInputs,
    options?: { readonly signal?: AbortSignal },
  ): Promise<Raster<Float32Array>>;
  close(): Promise<void>;
}

export interface WindowRunnerOptions {
  readonly provider?: Provider;
  /** Threads of one window. */
  readonly threads?: number;
  /** Windows at once, each in a process of its own. */
  readonly workers?: number;
  /** Window sizes whose sessions are kept. */
  readonly sizes?: number;
}

export interface WindowNetwork {
  readonly name: string;
  readonly panBands: number;
  readonly msBands: number;
  readonly ratio: number;
  /** PAN sides must be a multiple of this; windows are filled up to it. */
  readonly multiple: number;
  /** Traces the network; its weights stand in the parameters it was made with. */
  build(inputs: { readonly ms: Tensor; readonly pan: Tensor }): Tensor;
}

/** A runner for a network whose weights are loaded. */
export function createWindowRunner(
  network: WindowNetwork,
  { provider = 'cpu', threads = 0, workers = 1, sizes = 2 }: WindowRunnerOptions = {},
): WindowRunner {
  const { name, panBands, msBands, ratio, multiple, build } = network;
  const cache = createSessionCache(
    (key) => {
      const [height, width] = key.split('x').map(Number);
      const ms = input('ms', [1, msBands, height, width]);
      const pan = input('pan', [1, panBands, height * ratio, width * ratio]);
      const model = compile({ output: build({ ms, pan }) }, { weights: 'initializers' });
      // A pattern of all memory at once nearly doubles what a run at a time needs.
      return createWorkerSession(model, { provider, threads, workers, memoryPattern: false });
    },
    { limit: sizes },
  );
  const filled = (side: number) => {
    let s = side;
    while ((s * ratio) % multiple !== 0) s++;
    return s;
  };
  return {
    provider,
    fuse: async ({ pan, ms }, { signal } = {}) => {
      const fits = pan.height === ms.height * ratio && pan.width === ms.width * ratio;
      if (!fits || pan.bands !== panBands || ms.bands !== msBands) {
        throw new GraphError(
          `${name}: expected pan [${panBands},${ratio}h,${ratio}w] and ms [${msBands},h,w], got ${show(pan)} and ${show(ms)}; choose weights for these bands and this ratio.`,
        );
      }
      const [height, width] = [filled(ms.height), filled(ms.width)];
      const session = await cache.get(`${height}x${width}`);
      const feeds = { ms: fill(ms, height, width), pan: fill(pan, height * ratio, width * ratio) };
      const { output } = await session.run(feeds, signal ? { signal } : {});
      const whole = {
        bands: msBands,
        height: height * ratio,
        width: width * ratio,
        data: output.data as Float32Array,
      };
      return { ...whole, height: pan.height, width: pan.width, data: cut(whole, pan) };
    },
    close: () => cache.close(),
  };
}

const show = ({ bands, height, width }: Raster) => `[${bands},${height},${width}]`;

/** As float32, with the last row and column repeated up to a size. */
function fill({ bands, height, width, data }: Raster, tall: number, wide: number): Float32Array {
  const out = new Float32Array(bands * tall * wide);
  for (let b = 0, o = 0; b < bands; b++) {
    for (let y = 0; y < tall; y++) {
      const row = (b * height + Math.min(y, height - 1)) * width;
      for (let x = 0; x < wide; x++) out[o++] = data[row + Math.min(x, width - 1)];
    }
  }
  return out;
}

/** The upper left part of a raster. */
function cut(
  whole: Raster<Float32Array>,
  { height, width }: { readonly height: number; readonly width: number },
): Float32Array {
  if (whole.height === height && whole.width === width) return whole.data;
  const out = new Float32Array(whole.bands * height * width);
  for (let b = 0; b < whole.bands; b++) {
    for (let y = 0; y < height; y++) {
      const from = (b * whole.height + y) * whole.width;
      out.set(whole.data.subarray(from, from + width), (b * height + y) * width);
    }
  }
  return out;
}
