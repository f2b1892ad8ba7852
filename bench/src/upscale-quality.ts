/**
 * `npm run bench:upscale [-- PART...]`: enlargers and degradations by PSNR, SSIM and FSDS on colour
 * pictures, as Markdown tables. Parts are `enlargers` (default), `degradations` and `pairs`, which
 * makes two pictures of one PSNR and SSIM whose FSDS differ and writes them to docs/images. Pictures
 * lie where BANDWEAVE_SHARED says; the small ones are made by antialiased bicubic interpolation and
 * rounded to 8 bits, borders and all three colours count.
 */

import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { imresize, type Raster } from '@bandweave/image';
import { encodeJpeg, readImage, writePng } from '@bandweave/io';
import { fsds, psnr, ssim } from '@bandweave/metrics';
import { openEnlarger, SHIPPED_ENLARGERS, shippedEnlarger } from '@bandweave/models';

type Picture = Raster<Float64Array>;

const shared = process.env['BANDWEAVE_SHARED'] ?? '../shared';
const SETS = [
  { folder: 'color_kodak', title: 'Kodak 3, 19, 23', only: /(03|19|23)\.png$/ },
  { folder: 'color_set5', title: 'Set5, three', only: /\.png$/ },
  { folder: 'color_mcmaster', title: 'McMaster, three', only: /^[147]\.png$/ },
  { folder: 'color_cbsd68', title: 'CBSD68, three', only: /^(101085|123074|241004)\.png$/ },
];

async function readPicture(path: string | Uint8Array): Promise<Picture> {
  const { raster } = await readImage(path);
  const { height, width, data } = raster;
  return { bands: 3, height, width, data: Float64Array.from(data.subarray(0, 3 * height * width)) };
}

const rounded = (picture: Raster): Picture => ({
  ...picture,
  data: Float64Array.from(picture.data, (v) => Math.min(255, Math.max(0, Math.round(v)))),
});

function cropped(
  { bands, height: tall, width: wide, data }: Picture,
  height: number,
  width: number,
) {
  const out = new Float64Array(bands * height * width);
  for (let k = 0; k < bands; k++) {
    for (let y = 0; y < height; y++) {
      const from = (k * tall + y) * wide;
      out.set(data.subarray(from, from + width), (k * height + y) * width);
    }
  }
  return { bands, height, width, data: out };
}

const peak = { bits: 8 } as const;
const scores = (estimate: Picture, truth: Picture) => [
  psnr(estimate, truth, peak),
  ssim(estimate, truth, peak),
  fsds(estimate, truth),
];
const mean = (rows: readonly number[][]) =>
  rows[0].map((_, k) => rows.reduce((sum, row) => sum + row[k], 0) / rows.length);
const cells = ([p, s, f]: readonly number[]) =>
  `${p.toFixed(2)} | ${s.toFixed(4)} | ${f.toFixed(2)}`;

async function enlargers(): Promise<void> {
  console.log('| pictures | scale | method | PSNR | SSIM | FSDS |\n|---|---|---|---|---|---|');
  for (const { folder, title, only } of SETS) {
    const names = (await readdir(join(shared, 'data', folder))).filter((name) => only.test(name));
    const pictures = await Promise.all(
      names.sort().map((name) => readPicture(join(shared, 'data', folder, name))),
    );
    for (const scale of [2, 3, 4]) {
      const truths = pictures.map((picture) =>
        cropped(
          picture,
          Math.floor(picture.height / scale) * scale,
          Math.floor(picture.width / scale) * scale,
        ),
      );
      const small = truths.map((truth) => rounded(imresize(truth, { scale: 1 / scale })));
      const methods: [string, (picture: Picture) => Promise<Raster>][] = [
        ['bicubic', async (picture) => imresize(picture, { scale })],
      ];
      const opened = [];
      for (const shipped of SHIPPED_ENLARGERS.filter((one) => one.scale === scale)) {
        const network = await openEnlarger(shippedEnlarger(shipped.network, scale)!.path);
        opened.push(network);
        methods.push([
          shipped.network,
          async (picture) => {
            const unit = { ...picture, data: picture.data.map((v) => v / 255) };
            const answer = await network.run(unit);
            return { ...answer, data: Float64Array.from(answer.data, (v) => v * 255) };
          },
        ]);
      }
      for (const [name, enlarge] of methods) {
        const rows = [];
        for (const [i, truth] of truths.entries()) {
          rows.push(scores(rounded(await enlarge(small[i])), truth));
        }
        console.log(`| ${title} | ${scale} | ${name} | ${cells(mean(rows))} |`);
      }
      for (const network of opened) await network.close();
    }
  }
}

/** A separable Gaussian, the border repeated. */
function blurred(picture: Picture, sigma: number): Picture {
  const { bands, height, width, data } = picture;
  const radius = Math.ceil(4 * sigma);
  const taps = Array.from({ length: 2 * radius + 1 }, (_, i) =>
    Math.exp(-((i - radius) ** 2) / (2 * sigma ** 2)),
  );
  const sum = taps.reduce((a, b) => a + b);
  const pass = (from: Float64Array, length: number, stride: number, starts: readonly number[]) => {
    const out = new Float64Array(from.length);
    for (const start of starts) {
      for (let i = 0; i < length; i++) {
        let value = 0;
        for (let t = -radius; t <= radius; t++) {
          const at = Math.min(length - 1, Math.max(0, i + t));
          value += taps[t + radius] * from[start + at * stride];
        }
        out[start + i * stride] = value / sum;
      }
    }
    return out;
  };
  const rows = Array.from({ length: bands * height }, (_, i) => i * width);
  const columns = Array.from(
    { length: bands * width },
    (_, i) => Math.floor(i / width) * height * width + (i % width),
  );
  return { ...picture, data: pass(pass(data, width, 1, rows), height, width, columns) };
}

/** About normal, deviation 1, the same every time. */
function noise(length: number, seed = 1): Float64Array {
  let state = seed;
  const next = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  return Float64Array.from({ length }, () => {
    let sum = -6;
    for (let i = 0; i < 12; i++) sum += next();
    return sum;
  });
}

async function jpeg(picture: Picture, quality: number): Promise<Picture> {
  const { height, width, data } = picture;
  const size = height * width;
  const pixels = Uint8Array.from(
    { length: 3 * size },
    (_, i) => data[(i % 3) * size + Math.floor(i / 3)],
  );
  return readPicture(await encodeJpeg({ width, height, channels: 3, data: pixels }, quality));
}

const plus = (picture: Picture, by: (i: number) => number): Picture => ({
  ...picture,
  data: picture.data.map((v, i) => v + by(i)),
});

async function degradations(): Promise<void> {
  const folder = join(shared, 'data', 'color_kodak');
  const truths = await Promise.all(
    ['kodim03.png', 'kodim19.png', 'kodim23.png'].map((name) => readPicture(join(folder, name))),
  );
  const grain = truths.map(({ data }) => noise(data.length));
  const kinds: [string, (picture: Picture, k: number) => Picture | Promise<Picture>][] = [
    ['Gaussian blur, 1 pixel', (p) => blurred(p, 1)],
    ['Gaussian blur, 2 pixels', (p) => blurred(p, 2)],
    ['white noise of 10', (p, k) => plus(p, (i) => 10 * grain[k][i])],
    ['JPEG of quality 20', (p) => jpeg(p, 20)],
    ['10 brighter', (p) => plus(p, () => 10)],
    ['contrast of .9', (p) => ({ ...p, data: p.data.map((v) => 127.5 + 0.9 * (v - 127.5)) })],
    [
      'every second pixel, nearest',
      (p) =>
        imresize(imresize(p, { scale: 0.5, method: 'nearest' }), { scale: 2, method: 'nearest' }),
    ],
    [
      'a slope of brightness, 20 to each side',
      (p) => plus(p, (i) => 40 * ((i % p.width) / (p.width - 1) - 0.5)),
    ],
  ];
  console.log('| Kodak 3, 19, 23 | PSNR | SSIM | FSDS |\n|---|---|---|---|');
  for (const [name, degrade] of kinds) {
    const rows = [];
    for (const [k, truth] of truths.entries()) {
      rows.push(scores(rounded(await degrade(truth, k)), truth));
    }
    console.log(`| ${name} | ${cells(mean(rows))} |`);
  }
}

/**
 * A blurred picture, and one that is spoilt by noise and by a soft wave of brightness, as much of
 * each as gives the blurred one's PSNR and SSIM.
 */
async function pairs(): Promise<void> {
  console.log('| picture | | PSNR | SSIM | FSDS |\n|---|---|---|---|---|');
  for (const { file, row, col, sigma } of [
    { file: 'kodim23.png', row: 120, col: 150, sigma: 1.6 },
    { file: 'kodim19.png', row: 220, col: 120, sigma: 1.2 },
    { file: 'kodim03.png', row: 100, col: 60, sigma: 1.4 },
  ]) {
    const whole = await readPicture(join(shared, 'data', 'color_kodak', file));
    const truth = part(whole, { row, col, side: 240 });
    const blur = rounded(blurred(truth, sigma));
    const wanted = scores(blur, truth);
    const grain = noise(truth.data.length, 7);
    const { height, width } = truth;
    const wave = truth.data.map((_, i) => {
      const [y, x] = [Math.floor(i / width) % height, i % width];
      return Math.cos((2 * Math.PI * x) / width) + Math.cos((2 * Math.PI * y) / height);
    });
    const norm = (values: Float64Array) =>
      Math.sqrt(values.reduce((sum, v) => sum + v * v, 0) / values.length);
    const [g, w] = [norm(grain), norm(wave)];
    /** The share of noise decides SSIM; the amplitude is then found for PSNR, clipping included. */
    const spoilt = (share: number): Picture => {
      const angle = (share * Math.PI) / 2;
      const error = grain.map(
        (v, i) => (Math.sin(angle) * v) / g + (Math.cos(angle) * wave[i]) / w,
      );
      let [low, high] = [0, 120];
      for (let k = 0; k < 24; k++) {
        const amplitude = (low + high) / 2;
        const made = rounded(plus(truth, (i) => amplitude * error[i]));
        if (psnr(made, truth, peak) > wanted[0]) low = amplitude;
        else high = amplitude;
      }
      return rounded(plus(truth, (i) => low * error[i]));
    };
    let [low, high] = [0, 1];
    for (let k = 0; k < 12; k++) {
      const share = (low + high) / 2;
      if (ssim(spoilt(share), truth, peak) > wanted[1]) low = share;
      else high = share;
    }
    const other = spoilt((low + high) / 2);
    const name = file.replace(/\D+/g, '');
    console.log(`| Kodak ${Number(name)} | blurred by ${sigma} pixels | ${cells(wanted)} |`);
    console.log(`| | noise and a wave | ${cells(scores(other, truth))} |`);
    await writeBeside(join('docs', 'images', `fsds-pair-${name}.png`), [truth, blur, other]);
  }
}

function part(picture: Picture, at: { row: number; col: number; side: number }): Picture {
  const { row, col, side } = at;
  const data = new Float64Array(3 * side * side);
  for (let k = 0, to = 0; k < 3; k++) {
    for (let y = 0; y < side; y++, to += side) {
      const from = (k * picture.height + row + y) * picture.width + col;
      data.set(picture.data.subarray(from, from + side), to);
    }
  }
  return { bands: 3, height: side, width: side, data };
}

/** Pictures of one size in a row, white between. */
async function writeBeside(path: string, pictures: readonly Picture[]): Promise<void> {
  const gap = 6;
  const [{ height, width }] = pictures;
  const wide = pictures.length * (width + gap) - gap;
  const data = new Uint8Array(3 * height * wide).fill(255);
  pictures.forEach((picture, n) => {
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        for (let c = 0; c < 3; c++) {
          data[3 * (y * wide + n * (width + gap) + x) + c] =
            picture.data[(c * height + y) * width + x];
        }
      }
    }
  });
  await writePng(path, { width: wide, height, channels: 3, data });
}

const parts = process.argv.slice(2);
const PARTS: Record<string, () => Promise<void>> = { enlargers, degradations, pairs };
for (const name of parts.length > 0 ? parts : ['enlargers']) await PARTS[name]?.();
