/** Any ONNX model from image to image as something that can be probed. */

import { createSession, type Port, type Value } from '@bandweave/graph';
import { InputError, type Raster } from '@bandweave/image';
import type { ProbedNetwork } from './network-probe.js';

export interface OnnxProbeOptions {
  /** What the model calls full range: 1 (default), or 255. */
  readonly fullRange?: number;
  /** Bands where the model leaves them open; 3 by default. */
  readonly bands?: number;
}

export interface OnnxProbe extends ProbedNetwork {
  /** Rows and columns that the model asks for; undefined where any will do. */
  readonly size: readonly [number | undefined, number | undefined];
  close(): Promise<void>;
}

/** Side of the picture by which the scale is found where the model takes any. */
const TRIAL = 16;

/**
 * A model with one input [1, C, H, W] or [C, H, W] of float32 and an output of the same rank whose
 * sides are one whole number of times the input's. Sizes may be open; where they are fixed, smaller
 * images are laid into the upper left of a dark one.
 *
 * @throws InputError where the model is of another form
 */
export async function probeOnnx(
  path: string,
  { fullRange = 1, bands: open = 3 }: OnnxProbeOptions = {},
): Promise<OnnxProbe> {
  const session = await createSession(path, {});
  try {
    const { inputs, outputs } = session;
    const [port] = inputs;
    const rank = port?.shape.length;
    const fits = inputs.length === 1 && port.dtype === 'float32' && (rank === 3 || rank === 4);
    const output = outputs.find(({ shape }) => shape.length === rank);
    if (!fits || !output || (rank === 4 && port.shape[0] > 1)) {
      throw new InputError(
        `${path}: expected a model from one float32 image [1, C, H, W] or [C, H, W] to another, got inputs ${inputs.map(shown).join(', ')} and outputs ${outputs.map(shown).join(', ')}; export it so.`,
      );
    }
    const [channels, tall, wide] = port.shape.slice(-3);
    const bands = channels > 0 ? channels : open;
    const size = [tall, wide].map((n) => (n > 0 ? n : undefined)) as [number?, number?];
    const raw = async (image: Raster): Promise<Raster<Float64Array>> => {
      const height = size[0] ?? image.height;
      const width = size[1] ?? image.width;
      if (image.bands !== bands || image.height > height || image.width > width) {
        throw new InputError(
          `${path}: expected an image of ${bands} bands and at most ${height} x ${width} pixels, got ${image.bands} of ${image.height} x ${image.width}; cut a part out.`,
        );
      }
      const data = laid(image, { height, width, by: fullRange });
      const lead = rank === 4 ? [1] : [];
      const feed: Value = { dtype: 'float32', data, shape: [...lead, bands, height, width] };
      const answer = (await session.run({ [port.name]: feed }))[output.name];
      const [outBands, outHeight, outWidth] = answer.shape.slice(-3);
      return {
        bands: outBands,
        height: outHeight,
        width: outWidth,
        data: Float64Array.from(answer.data as Float32Array, (value) => value / fullRange),
      };
    };
    const trial = await raw({
      bands,
      height: size[0] ?? TRIAL,
      width: size[1] ?? TRIAL,
      data: new Float64Array(bands * (size[0] ?? TRIAL) * (size[1] ?? TRIAL)),
    });
    const scale = trial.height / (size[0] ?? TRIAL);
    if (!Number.isInteger(scale) || trial.width !== scale * (size[1] ?? TRIAL)) {
      throw new InputError(
        `${path}: expected an output a whole number of times the input's ${size[0] ?? TRIAL} x ${size[1] ?? TRIAL}, got ${trial.height} x ${trial.width}; HyRA needs one scale.`,
      );
    }
    return {
      name: 'onnx',
      scale,
      bands,
      size: [size[0], size[1]],
      run: async (image) => cropped(await raw(image), image.height * scale, image.width * scale),
      close: () => session.close(),
    };
  } catch (error) {
    await session.close();
    throw error;
  }
}

const shown = ({ name, dtype, shape }: Port) => `${name} ${dtype} [${shape.join(', ')}]`;

function laid(
  { bands, height, width, data }: Raster,
  into: { readonly height: number; readonly width: number; readonly by: number },
): Float32Array {
  const out = new Float32Array(bands * into.height * into.width);
  for (let k = 0; k < bands; k++) {
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        out[(k * into.height + y) * into.width + x] = data[(k * height + y) * width + x] * into.by;
      }
    }
  }
  return out;
}

function cropped(image: Raster<Float64Array>, height: number, width: number): Raster<Float64Array> {
  if (image.height === height && image.width === width) return image;
  const data = new Float64Array(image.bands * height * width);
  for (let k = 0; k < image.bands; k++) {
    for (let y = 0; y < height; y++) {
      const from = (k * image.height + y) * image.width;
      data.set(image.data.subarray(from, from + width), (k * height + y) * width);
    }
  }
  return { bands: image.bands, height, width, data };
}
