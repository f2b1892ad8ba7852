/** Clips into files: GIF and animated WebP, a folder of PNG, or a film where ffmpeg is at hand. */

import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { InputError } from '@bandweave/image';
import { writePng } from '../picture/png.js';
import { loadSharp } from '../picture/sharp.js';
import { ffmpeg } from './ffmpeg.js';
import { FILM, type Frame, MOVING } from './frame.js';

export interface WriteFramesOptions {
  /** Frames a second; 8 by default, as in the paper. A folder has none. */
  readonly fps?: number;
  readonly signal?: AbortSignal | undefined;
}

/** What a clip's name makes of it; an InputError where nothing does. */
export function clipFormat(path: string): 'moving' | 'film' | 'folder' {
  if (MOVING.test(path)) return 'moving';
  if (FILM.test(path)) return 'film';
  if (!/\.[a-z0-9]{1,5}$/i.test(path)) return 'folder';
  throw new InputError(
    `${path}: expected a name that ends in .gif, .webp or .mp4, or a folder's, got another; rename it.`,
  );
}

/** Writes all frames; a file stands under its name only once it is whole. */
export async function writeFrames(
  path: string,
  frames: readonly Frame[],
  { fps = 8, signal }: WriteFramesOptions = {},
): Promise<void> {
  const format = clipFormat(path);
  if (format === 'folder') return writeFolder(path, frames);
  const partial = path.replace(/(\.[^.]+)$/, `.${process.pid}.partial$1`);
  try {
    if (format === 'moving') await writeFile(partial, await encodeMoving(path, frames, fps));
    else await writeFilm(partial, frames, { fps, signal });
    await rename(partial, path);
  } catch (error) {
    await rm(partial, { force: true });
    throw error;
  }
}

/** Frames of an earlier clip in the folder go; whatever else lies there stays. */
async function writeFolder(folder: string, frames: readonly Frame[]): Promise<void> {
  const partial = `${folder.replace(/\/+$/, '')}.${process.pid}.partial`;
  const digits = Math.max(2, String(frames.length).length);
  try {
    await mkdir(partial, { recursive: true });
    for (const [i, frame] of frames.entries()) {
      const name = `frame_${String(i + 1).padStart(digits, '0')}.png`;
      await writePng(join(partial, name), { ...frame, channels: 3 });
    }
    await mkdir(folder, { recursive: true });
    for (const name of await readdir(folder)) {
      if (OURS.test(name)) await rm(join(folder, name));
    }
    for (const name of await readdir(partial))
      await rename(join(partial, name), join(folder, name));
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
}

const OURS = /^frame_\d+\.png$/;

async function encodeMoving(path: string, frames: readonly Frame[], fps: number) {
  const sharp = await loadSharp();
  const [{ width, height }] = frames;
  const image = sharp(joined(frames), {
    raw: { width, height: height * frames.length, channels: 3, pageHeight: height },
    limitInputPixels: false,
  });
  const delay = frames.map(() => Math.round(1000 / fps));
  const timing = { delay, loop: 0 };
  return /\.gif$/i.test(path)
    ? image.gif(timing).toBuffer()
    : image.webp({ ...timing, quality: 95, smartSubsample: true }).toBuffer();
}

async function writeFilm(
  path: string,
  frames: readonly Frame[],
  { fps, signal }: Required<Pick<WriteFramesOptions, 'fps'>> & WriteFramesOptions,
): Promise<void> {
  const [{ width, height }] = frames;
  const from = ['-f', 'rawvideo', '-pix_fmt', 'rgb24', '-s', `${width}x${height}`, '-r', `${fps}`];
  const to = ['-pix_fmt', 'yuv420p', '-y', path];
  await ffmpeg(path, [...from, '-i', '-', ...to], { input: joined(frames), signal });
}

function joined(frames: readonly Frame[]): Uint8Array {
  const size = frames[0].data.length;
  const all = new Uint8Array(size * frames.length);
  for (const [i, { data }] of frames.entries()) all.set(data, i * size);
  return all;
}
