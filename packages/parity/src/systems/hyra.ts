/** HyRA, FSDS, the low-pass super-resolver and super-resolution networks, as published in Python. */

import { join } from 'node:path';
import {
  BLUES_REVERSED,
  BLUES_REVERSED_UNIT,
  decompose,
  drawnLinear,
  drawnResidual,
  linearPart,
  logSpectrum,
  lowPassSuperResolve,
  padReflected,
  resizeNearest,
  sincKernel,
  zeroInterpolate,
} from '@bandweave/analysis';
import { compile, createParams, createSession, input, paramsIn } from '@bandweave/graph';
import type { Raster } from '@bandweave/image';
import { fsds, fsdsParts, spectrumSums, standardised } from '@bandweave/metrics';
import { openSuperResolution } from '@bandweave/models';
import { type ParityCase, type Verdict, worse } from '../case.js';
import { readStored } from '../graph-case.js';
import { maxAbsDifference, need, readTensors, type Tensor } from '../tensors.js';

type Tensors = ReadonlyMap<string, Tensor>;

export async function runHyra(parityCase: ParityCase): Promise<Verdict> {
  const io = readTensors(join(parityCase.folder, 'io.safetensors'));
  if (io.has('lut_u8')) return runColorMap(io);
  if (io.has('impulse_response') && io.has('linear')) return runDecomposition(io, parityCase.json);
  if (io.has('kernel') && io.has('img')) return runLowPass(io, parityCase.json);
  if (io.has('pair0.pred')) return runFsds(io);
  if (io.has('impulse_response_raw')) return runNetwork(parityCase);
  throw new Error('hyra: expected tensors of a kind that is known, got others.');
}

/** [bands, height, width] as a raster. */
function planes({ shape, data }: Tensor): Raster<Float64Array> {
  const [bands, height, width] = shape;
  return { bands, height, width, data };
}

const SURE: Verdict = { error: 0, tolerance: 1 };

function runColorMap(io: Tensors): Verdict {
  const exact = {
    error: maxAbsDifference(BLUES_REVERSED, need(io, 'lut_u8').data),
    tolerance: 0,
    note: 'lut_u8',
  };
  const error = maxAbsDifference(BLUES_REVERSED_UNIT, need(io, 'lut_float').data);
  return worse(exact, { error, tolerance: 1 / 510, note: 'lut_float' });
}

function runFsds(io: Tensors): Verdict {
  let verdict = SURE;
  for (let i = 0; io.has(`pair${i}.pred`); i++) {
    const a = planes(need(io, `pair${i}.pred`));
    const b = planes(need(io, `pair${i}.gt`));
    const [wanted, error, energy] = need(io, `pair${i}.fsds_num_den`).data;
    const got = fsds(a, b);
    if (wanted > 200) {
      verdict = worse(verdict, { error: got > 200 ? 0 : 1, tolerance: 0, note: `pair${i}` });
      continue;
    }
    verdict = worse(verdict, { error: Math.abs(got - wanted), tolerance: 1e-8, note: `pair${i}` });
    const parts = fsdsParts(a, b);
    const relative = Math.max(
      Math.abs(parts.error - error) / error,
      Math.abs(parts.energy - energy) / energy,
    );
    verdict = worse(verdict, { error: relative, tolerance: 1e-9, note: `pair${i} sums` });
    for (const [name, image] of [
      ['pred', a],
      ['gt', b],
    ] as const) {
      if (io.has(`pair${i}.${name}_norm`)) {
        verdict = worse(verdict, compareParts(io, `pair${i}.${name}`, image));
      }
    }
  }
  return verdict;
}

/** The standardised image and its summed spectra. */
function compareParts(io: Tensors, prefix: string, image: Raster): Verdict {
  const values = standardised(image);
  let verdict = relative(values, need(io, `${prefix}_norm`).data, `${prefix}_norm`);
  const size = image.height * image.width;
  const got = { part1_re: [], part1_im: [], part2_re: [], part2_im: [] } as Record<
    string,
    number[]
  >;
  for (let k = 0; k < image.bands; k++) {
    const { first, second } = spectrumSums(values.subarray(k * size, (k + 1) * size), image);
    got.part1_re.push(...first.re);
    got.part1_im.push(...first.im);
    got.part2_re.push(...second.re);
    got.part2_im.push(...second.im);
  }
  for (const [part, own] of Object.entries(got)) {
    const name = `${prefix}_${part}`;
    verdict = worse(verdict, relative(own, need(io, name).data, name));
  }
  return verdict;
}

function relative(got: ArrayLike<number>, wanted: Float64Array, note: string): Verdict {
  const most = wanted.reduce((a, b) => Math.max(a, Math.abs(b)), 0);
  return { error: maxAbsDifference(got, wanted) / most, tolerance: 1e-9, note };
}

// biome-ignore lint/suspicious/noExplicitAny: a case.json
function runDecomposition(io: Tensors, json: any): Verdict {
  const scale = Number(json.config.scale);
  const lr = planes(need(io, 'lr'));
  const response = planes(need(io, 'impulse_response'));
  const sr = planes(need(io, 'sr'));
  const { linear, residual, output } = decompose({ lr, response, sr }, { scale });
  const padding = {
    vertical: Math.floor(response.width / (2 * scale)),
    horizontal: Math.floor(response.height / (2 * scale)),
  };
  const small = resizeNearest(lr, linear);
  const images: Record<string, () => Raster<Float64Array>> = {
    lr_padded_zero_interpolated: () => zeroInterpolate(padReflected(lr, padding), scale),
    linear: () => linearPart(lr, response, { scale }),
    nonlinear: () => residual,
    sr_resized: () => output,
    lr_nearest: () => small,
    linear_fft: () => logSpectrum(linear),
    nonlinear_fft: () => logSpectrum(residual),
    lr_fft: () => logSpectrum(small),
    sr_fft: () => logSpectrum(sr),
    linear_png: () => drawnLinear(linear),
    nonlinear_png: () => drawnResidual(residual),
  };
  let verdict = SURE;
  for (const [name, make] of Object.entries(images)) {
    const wanted = io.get(name);
    if (!wanted) continue;
    const spectrum = name.endsWith('_fft');
    const tolerance = !spectrum ? 1e-10 : wanted.dtype === 'F32' ? 1e-5 : 1e-9;
    verdict = worse(verdict, {
      error: maxAbsDifference(make().data, wanted.data),
      tolerance,
      note: name,
    });
  }
  return verdict;
}

// biome-ignore lint/suspicious/noExplicitAny: a case.json
function runLowPass(io: Tensors, json: any): Verdict {
  const options = { scale: Number(json.config.scale), omega: Number(json.config.omega) };
  const image = planes(need(io, 'img'));
  const kernel = sincKernel(image, options);
  const first = {
    error: maxAbsDifference(kernel.data, need(io, 'kernel').data),
    tolerance: 1e-5,
    note: 'kernel',
  };
  const out = lowPassSuperResolve(image, options);
  const error = maxAbsDifference(out.data, need(io, 'out').data);
  return worse(first, { error, tolerance: 1e-5, note: 'out' });
}

/** EDSR, RCAN and SwinIR: the answers to a pixel, to darkness and to a picture. */
async function runNetwork({ folder }: ParityCase): Promise<Verdict> {
  const network = openSuperResolution(await readStored(folder, 'weights.safetensors'));
  const io = readTensors(join(folder, 'io.safetensors'));
  const impulse = need(io, 'impulse');
  const lr = need(io, 'lr');
  const inputs: Record<string, Tensor> = {
    impulse_response_raw: impulse,
    zero_response: { ...impulse, data: new Float64Array(impulse.data.length) },
    sr: { ...lr, data: lr.data.map((value) => value * network.fullRange) },
  };
  // ONNX Runtime has no error function in float64, which SwinIR's GELU needs.
  const dtype = network.name === 'swinir' ? 'float32' : 'float64';
  const tolerance = dtype === 'float32' ? 1e-5 : 1e-10;
  let verdict = SURE;
  for (const [name, given] of Object.entries(inputs)) {
    const params = createParams({ weights: network.weights, file: folder });
    const image = input('image', [1, ...given.shape], dtype);
    const out = network.build(paramsIn(params, dtype), image);
    params.finish();
    const model = compile({ out }, { weights: 'initializers' });
    const session = await createSession(model, { threads: 2 });
    const got = await session.run({
      image: dtype === 'float32' ? Float32Array.from(given.data) : given.data,
    });
    await session.close();
    const error = maxAbsDifference(
      got.out.data as Float32Array | Float64Array,
      need(io, name).data,
    );
    verdict = worse(verdict, { error, tolerance, note: name });
  }
  return verdict;
}
