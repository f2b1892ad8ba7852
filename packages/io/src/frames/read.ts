/**
 * Clips: a folder of pictures, a GIF, an animated WebP, or a film where ffmpeg is at hand. Frames
 * are cut to the wanted shape about their middle and resized (Lanczos), as they are read.
 */

import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { InputError } from '@bandweave/image';
import { loadSharp } from '../picture/sharp.js';
import { ffmpeg } from './ffmpeg.js';
import { byNumber, FILM, type Frame, MOVING } from './frame.js';

export interface ReadFramesOptions {
  readonly width: number;
  readonly height: number;
  /** At most so many; 24 by default, as in the paper. */
  readonly count?: number;
  /** Every so many of the clip's, from `first` on (0-based); 1 by default. */
  readonly every?: number;
  readonly first?: number;
  readonly signal?: AbortSignal | undefined;
}

const PICTURE = /\.(png|jpe?g|webp)$/i;
const MAX_PIXELS = 2 ** 28;

/** Frames of a clip in their order; an InputError, in one line, where there are none. */
export async function readFrames(path: string, options: ReadFramesOptions): Promise<Frame[]> {
  const { width, height, count = 24, every = 1, first = 0, signal } = options;
  const wanted = { width, height, signal, picks: picksOf(first, { every, count }) };
  const found = statSync(path, { throwIfNoEntry: false });
  if (!found) throw new InputError(`${path}: expected a clip, got nothing there; check the path.`);
  const frames = found.isDirectory()
    ? await fromFolder(path, wanted)
    : FILM.test(path)
      ? await fromFilm(path, { ...wanted, every, first })
      : await fromMoving(path, wanted);
  if (frames.length > 0) return frames;
  throw new InputError(
    `${path}: expected frames from the ${first + 1}. on, got none; begin earlier.`,
  );
}

interface Wanted {
  readonly width: number;
  readonly height: number;
  readonly signal: AbortSignal | undefined;
  /** Which frames of so many. */
  readonly picks: (available: number) => readonly number[];
}

const picksOf =
  (first: number, { every, count }: { readonly every: number; readonly count: number }) =>
  (available: number) =>
    Array.from({ length: count }, (_, i) => first + i * every).filter((i) => i < available);

async function fromFolder(folder: string, { picks, signal, ...size }: Wanted): Promise<Frame[]> {
  const names = readdirSync(folder)
    .filter((name) => PICTURE.test(name))
    .sort(byNumber);
  if (names.length === 0) {
    throw new InputError(`${folder}: expected pictures (PNG, JPEG, WebP) in it, got none.`);
  }
  const frames: Frame[] = [];
  for (const i of picks(names.length)) {
    signal?.throwIfAborted();
    frames.push(await resized(join(folder, names[i]), { ...size, page: 0 }));
  }
  return frames;
}

async function fromMoving(path: string, { picks, signal, ...size }: Wanted): Promise<Frame[]> {
  const sharp = await loadSharp();
  const { pages = 1 } = await sharp(path, { limitInputPixels: MAX_PIXELS })
    .metadata()
    .catch((error: Error) => {
      const what = MOVING.test(path) ? 'a GIF or WebP' : 'a folder, GIF, WebP or film';
      throw new InputError(`${path}: expected ${what}, got ${firstLine(error)}; check the file.`);
    });
  const frames: Frame[] = [];
  for (const page of picks(pages)) {
    signal?.throwIfAborted();
    frames.push(await resized(path, { ...size, page }));
  }
  return frames;
}

interface Shape {
  readonly width: number;
  readonly height: number;
  readonly page: number;
}

async function resized(path: string, { width, height, page }: Shape): Promise<Frame> {
  const sharp = await loadSharp();
  try {
    const image = sharp(path, { page, limitInputPixels: MAX_PIXELS, failOn: 'error' })
      .toColourspace('srgb')
      .flatten({ background: '#000000' })
      .resize(width, height, { fit: 'cover', kernel: 'lanczos3' });
    const { data, info } = await image
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true });
    const { channels } = info;
    const rgb = new Uint8Array(3 * width * height);
    for (let i = 0; i < width * height; i++) {
      for (let c = 0; c < 3; c++) rgb[3 * i + c] = data[i * channels + Math.min(c, channels - 1)];
    }
    return { width, height, data: rgb };
  } catch (error) {
    throw new InputError(
      `${path}: expected a whole picture of at most ${MAX_PIXELS} pixels, got ${firstLine(error as Error)}; check the file.`,
      { cause: error },
    );
  }
}

interface FilmWanted extends Wanted {
  readonly every: number;
  readonly first: number;
}

async function fromFilm(path: string, film: FilmWanted): Promise<Frame[]> {
  const { width, height, every, first, picks, signal } = film;
  const count = picks(Number.POSITIVE_INFINITY).length;
  const cut = `scale=${width}:${height}:force_original_aspect_ratio=increase:flags=lanczos,crop=${width}:${height}`;
  const chosen = `select='gte(n\\,${first})*not(mod(n-${first}\\,${every}))'`;
  const size = 3 * width * height;
  const args = ['-i', path, '-vf', `${chosen},${cut}`, '-fps_mode', 'vfr', '-frames:v', `${count}`];
  const bytes = await ffmpeg(path, [...args, '-f', 'rawvideo', '-pix_fmt', 'rgb24', '-'], {
    limit: (count + 1) * size,
    signal,
  });
  return Array.from({ length: Math.floor(bytes.length / size) }, (_, i) => ({
    width,
    height,
    data: bytes.slice(i * size, (i + 1) * size),
  }));
}

function firstLine(error: Error): string {
  return error.message.split('\n')[0].replace(/\.$/, '');
}
