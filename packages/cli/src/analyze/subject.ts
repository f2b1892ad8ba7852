/** What is analysed: weights, an ONNX model, a name, or two pictures made elsewhere. */

import { existsSync } from 'node:fs';
import {
  impulseResponse,
  type ProbedNetwork,
  type ProbeOptions,
  probeOnnx,
  probeWeights,
} from '@bandweave/analysis';
import {
  bandPlane,
  InputError,
  imresize,
  kernelAxis,
  type Raster,
  RESAMPLING_KERNELS,
  resamplePlane,
} from '@bandweave/image';
import { shippedEnlarger } from '@bandweave/models/shipped-weights';
import { fileKind } from '../file-kind.js';
import { readPicture } from './pictures.js';

export interface SubjectOptions extends Partial<Pick<ProbeOptions, 'zeroResponse' | 'positions'>> {
  readonly side?: number;
  /** The picture that the network made, where `model` is the picture of its response. */
  readonly answer?: string;
  /** Of names. */
  readonly scale?: number;
  /** Of ONNX models. */
  readonly fullRange?: number;
}

export interface Subject {
  readonly name: string;
  readonly scale: number;
  readonly lr: Raster<Float64Array>;
  readonly response: Raster<Float64Array>;
  readonly sr: Raster;
}

/** Reads the picture and has it, and the probe, answered. */
export async function readSubject(
  { model, picture }: { readonly model: string; readonly picture: string },
  options: SubjectOptions,
): Promise<Subject> {
  if (options.answer !== undefined) return fromPictures(model, picture, options.answer);
  const network = await openSubject(model, options);
  try {
    const { name, scale, run } = network;
    const lr = await readPicture(picture, network.bands === 'any' ? undefined : network.bands);
    const { bands } = lr;
    const { zeroResponse, positions, side } = options;
    const response = await impulseResponse(run, {
      bands,
      ...(zeroResponse ? { zeroResponse } : {}),
      ...(positions ? { positions } : {}),
      ...(side ? { side } : {}),
    });
    return { name, scale, lr, response, sr: await run(lr) };
  } finally {
    await network.close?.();
  }
}

type Opened = Omit<ProbedNetwork, 'bands'> & {
  readonly bands: number | 'any';
  close?(): Promise<void>;
};

async function openSubject(
  model: string,
  { scale = 2, fullRange }: SubjectOptions,
): Promise<Opened> {
  if (!existsSync(model)) {
    const kernel = kernelEnlarger(model, scale);
    if (kernel) return kernel;
    const shipped = shippedEnlarger(model, scale);
    if (shipped) return probeWeights(shipped.path);
    throw new InputError(
      `${model}: expected a file, or bicubic, lanczos, edsr, swinir at a scale that ships, got neither; check the path.`,
    );
  }
  const kind = await fileKind(model);
  if (kind === 'onnx') return probeOnnx(model, fullRange === undefined ? {} : { fullRange });
  if (kind === 'weights') return probeWeights(model);
  throw new InputError(
    `${model}: expected weights or an ONNX model, got a picture; with --answer FILE it is taken as an impulse response.`,
  );
}

/** Bicubic and Lanczos in float64: networks whose response is known. */
function kernelEnlarger(name: string, scale: number): Opened | undefined {
  if (name === 'bicubic') {
    return { name, scale, bands: 'any', run: (image) => imresize(image, { scale }) };
  }
  if (name !== 'lanczos') return undefined;
  const run = (image: Raster<Float64Array>) => {
    const axis = (size: number) =>
      kernelAxis(
        size,
        { origin: 0.5 / scale - 0.5, step: 1 / scale },
        { kernel: RESAMPLING_KERNELS.lanczos, border: 'symmetric', length: size * scale },
      );
    const axes = { rows: axis(image.height), cols: axis(image.width) };
    const [height, width] = [image.height * scale, image.width * scale];
    const data = new Float64Array(image.bands * height * width);
    for (let k = 0; k < image.bands; k++) {
      data.set(resamplePlane(bandPlane(image, k), axes), k * height * width);
    }
    return { bands: image.bands, height, width, data };
  };
  return { name, scale, bands: 'any', run };
}

/** As the published command works: response and answer are files, whoever made them. */
async function fromPictures(model: string, picture: string, answer: string): Promise<Subject> {
  const lr = await readPicture(picture);
  const response = await readPicture(model, lr.bands);
  const sr = await readPicture(answer, lr.bands);
  const scale = sr.height / lr.height;
  if (!Number.isInteger(scale) || scale < 1 || sr.width !== scale * lr.width) {
    throw new InputError(
      `${answer}: expected a whole number of times ${picture}'s ${lr.width} x ${lr.height}, got ${sr.width} x ${sr.height}; cut one of them.`,
    );
  }
  return { name: 'pictures', scale, lr, response, sr };
}
