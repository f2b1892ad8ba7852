/** `deblur`: a picture or scene of any size without its blur. */

import { InputError, type Raster } from '@bandweave/image';
import { openRaster } from '@bandweave/io';
import {
  averageKernel,
  type BlurKernel,
  customKernel,
  cutFrame,
  type DeblurNorms,
  type DeblurParameters,
  deblurOn,
  diskKernel,
  gaussianKernel,
  motionKernel,
  publishedDeblur,
  taperEdges,
  tunedDeblur,
} from '@bandweave/restoration';
import type { RasterInput } from '../fuse-options.js';
import { passBytes } from './pass-bytes.js';
import { restoreFile } from './restore-file.js';
import type { DeblurFileOptions, RestoreResult } from './restore-options.js';

const MOST_KERNEL = 255;

/**
 * Writes `input` without the blur of `kernel` to `output`: the same size, bands, sample type and
 * georeference.
 *
 * @throws InputError where the kernel or the picture does not fit
 */
export async function deblurFile(
  input: RasterInput,
  output: string,
  options: DeblurFileOptions,
): Promise<RestoreResult> {
  const kernel = await readKernel(options.kernel);
  const { method = 'qwsnm', schedule = 'tuned', border = 'taper', mode } = options;
  const norms: DeblurNorms[] = [];
  const result = await restoreFile(input, output, options, (sigma, { bands }) => {
    const parameters = chosen({ method, schedule, mode }, { sigma, bands });
    let first = true;
    return {
      method,
      single: bands < 3,
      margin: border === 'taper' ? 16 + Math.max(kernel.height, kernel.width) : 0,
      bytesPerPixel: 2 * passBytes(parameters) + 200,
      steps: parameters.schedule.iterations,
      restore: async (picture, { pool, signal, step }) => {
        const {
          picture: framed,
          top,
          left,
        } = border === 'taper' ? taperEdges(picture, kernel) : { picture, top: 0, left: 0 };
        const watched = first;
        first = false;
        const solved = await deblurOn({ pool, ...(signal ? { signal } : {}) }, framed, {
          kernel,
          sigma,
          parameters,
          onIteration: (state) => {
            if (watched) norms.push(state.norms);
            step();
          },
        });
        return border === 'taper' ? cutFrame(solved, { top, left, size: picture }) : solved;
      },
    };
  });
  if (border === 'circular' && result.regions > 1) {
    options.onMessage?.(
      `${output}: the border is circular in each of ${result.regions} regions; give more memory for one.`,
    );
  }
  return { ...result, norms };
}

function chosen(
  {
    method,
    schedule,
    mode,
  }: {
    readonly method: 'qwsnm' | 'qwnnm';
    readonly schedule: 'tuned' | 'released' | 'continuation';
    readonly mode: 'released' | 'quaternion' | undefined;
  },
  { sigma, bands }: { readonly sigma: number; readonly bands: number },
): DeblurParameters {
  const own =
    schedule === 'tuned'
      ? tunedDeblur(method, sigma)
      : { ...publishedDeblur(method, sigma), ...(schedule === 'continuation' ? CONTINUATION : {}) };
  return { ...own, mode: bands < 3 ? 'plain' : (mode ?? own.mode) };
}

const CONTINUATION = {
  schedule: { kind: 'continuation', iterations: 60, growth: 1.2, tolerance: 1e-4 },
} as const;

const FORMS = 'motion:LENGTH,ANGLE, gaussian:SIZE,SIGMA, average:SIZE, disk:RADIUS or a picture';

/** A kernel by name and numbers, or from a picture of one band (or the mean of several). */
export async function readKernel(text: string): Promise<BlurKernel> {
  const [, kind, list] = /^(motion|gaussian|average|disk):(.*)$/i.exec(text) ?? [];
  if (kind === undefined) return pictureKernel(text);
  const numbers = list.split(',').map((part) => (part.trim() === '' ? Number.NaN : Number(part)));
  const [a, b] = numbers;
  const size = a >= 1 && a <= MOST_KERNEL;
  const two = numbers.length === 2 && Number.isFinite(b);
  switch (kind.toLowerCase()) {
    case 'motion':
      if (size && two) return motionKernel(a, b);
      break;
    case 'gaussian':
      if (size && Number.isInteger(a) && two && b > 0) return gaussianKernel(a, b);
      break;
    case 'average':
      if (size && Number.isInteger(a) && numbers.length === 1) return averageKernel(a);
      break;
    default:
      if (a > 0 && a <= MOST_KERNEL / 2 && numbers.length === 1) return diskKernel(a);
  }
  throw new InputError(
    `--kernel: expected ${FORMS}, sizes up to ${MOST_KERNEL}, got ${JSON.stringify(text)}; for example --kernel motion:20,60.`,
  );
}

async function pictureKernel(path: string): Promise<BlurKernel> {
  const source = await openRaster(path).catch((error: Error) => {
    if (!(error instanceof InputError) && (error as NodeJS.ErrnoException).code !== 'ENOENT') {
      throw error;
    }
    throw new InputError(
      `--kernel: expected ${FORMS}, got ${JSON.stringify(path)}, which can't be read; for example --kernel motion:20,60.`,
      { cause: error },
    );
  });
  try {
    const { height, width, colors } = source.info;
    if (height > MOST_KERNEL || width > MOST_KERNEL) {
      throw new InputError(
        `--kernel: expected a picture of at most ${MOST_KERNEL} x ${MOST_KERNEL} pixels, got ${height} x ${width}; cut it.`,
      );
    }
    const bands = colors.flatMap((color, band) => (color === 'alpha' ? [] : [band]));
    const raster = await source.read({ row: 0, col: 0, height, width }, { bands });
    return customKernel({ height, width, data: meanBand(raster) });
  } finally {
    await source.close();
  }
}

function meanBand({ bands, height, width, data }: Raster): Float64Array {
  const size = height * width;
  return Float64Array.from({ length: size }, (_, i) => {
    let sum = 0;
    for (let band = 0; band < bands; band++) sum += data[band * size + i];
    return sum / bands;
  });
}
