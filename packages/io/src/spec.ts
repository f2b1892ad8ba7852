/** How a raster is named on the command line: `file.tif` or `file.tif,band=3` or `...,band=3+1`. */

import { InputError } from '@bandweave/image';

export interface RasterSpec {
  readonly path: string;
  /** 0-based bands; undefined for all. */
  readonly bands?: readonly number[];
}

/** Takes a name apart; an InputError where `band=` is not followed by numbers from 1. */
export function parseSpec(spec: string): RasterSpec {
  const match = /^(.*),bands?=(.*)$/s.exec(spec);
  if (!match) return { path: spec };
  const [, path, list] = match;
  const bands = list
    .split('+')
    .map((text) => (/^[1-9]\d{0,4}$/.test(text) ? Number(text) - 1 : -1));
  if (path === '' || bands.includes(-1)) {
    throw new InputError(
      `${spec}: expected FILE,band=N or FILE,band=N+M with N from 1, got band=${list}; see bandweave info FILE.`,
    );
  }
  return { path, bands };
}

/** True for what is fetched and not opened. */
export function isUrl(path: string): boolean {
  return /^https?:\/\//i.test(path);
}
