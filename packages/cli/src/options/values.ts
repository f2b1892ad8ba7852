/** Readers of option values: each takes the option's name and gives a function from text to value. */

import { nearest } from '../nearest.js';
import { UsageError } from '../usage-error.js';

export type Reader<T> = (text: string) => T;

/** The one error of a mistyped value: option, expected, got, way out. */
export function mistyped(option: string, expected: string, got: string, way: string): UsageError {
  return new UsageError(`${option}: expected ${expected}, got ${JSON.stringify(got)}; ${way}.`);
}

/** Decimal digits only: Number() would also take '', '0x10' and '1e3'. */
const DIGITS = /^\d+$/;

/** A whole number from `min` to `max`. */
export function integer(option: string, [min, max]: readonly [number, number]): Reader<number> {
  return (text) => {
    const value = DIGITS.test(text) ? Number(text) : Number.NaN;
    if (value >= min && value <= max) return value;
    throw mistyped(
      option,
      `a whole number from ${min} to ${max}`,
      text,
      `for example ${option} ${min}`,
    );
  };
}

/** A whole number from `min` to `max`, or `ALL_CPUS` (undefined: every core). */
export function threads(option: string): Reader<number | undefined> {
  const count = integer(option, [1, 256]);
  return (text) => (text.toUpperCase() === 'ALL_CPUS' ? undefined : count(text));
}

/** A side of windows: a multiple of 16. */
export function tileSide(option: string): Reader<number> {
  return (text) => {
    const value = DIGITS.test(text) ? Number(text) : Number.NaN;
    if (value >= 16 && value <= 65536 && value % 16 === 0) return value;
    const near = Number.isFinite(value) ? Math.max(16, Math.round(value / 16) * 16) : 512;
    throw mistyped(
      option,
      'a multiple of 16, from 16 to 65536',
      text,
      `try ${option} ${Math.min(near, 65536)}`,
    );
  };
}

/** Any finite number. */
export function number(option: string): Reader<number> {
  return (text) => {
    const value = text.trim() === '' ? Number.NaN : Number(text);
    if (Number.isFinite(value)) return value;
    throw mistyped(option, 'a number', text, `for example ${option} 0`);
  };
}

/** A number from `min` to `max`. */
export function numberFrom(option: string, [min, max]: readonly [number, number]): Reader<number> {
  return (text) => {
    const value = text.trim() === '' ? Number.NaN : Number(text);
    if (value >= min && value <= max) return value;
    throw mistyped(
      option,
      `a number from ${min} to ${max}`,
      text,
      `for example ${option} ${max / 10}`,
    );
  };
}

/** A nodata value: a number, `nan`, or `none` (no pixel counts as empty). */
export function nodata(option: string): Reader<number | 'none'> {
  return (text) => {
    if (text.toLowerCase() === 'none') return 'none';
    if (text.toLowerCase() === 'nan') return Number.NaN;
    const value = text.trim() === '' ? Number.NaN : Number(text);
    if (Number.isFinite(value)) return value;
    throw mistyped(option, 'a number, nan or none', text, `for example ${option} 0`);
  };
}

/** Numbers with commas between them: `0.1,0.3,0.3,0.3`. */
export function numbers(option: string): Reader<number[]> {
  return (text) => {
    const values = text.split(',').map((part) => (part.trim() === '' ? Number.NaN : Number(part)));
    if (values.every(Number.isFinite)) return values;
    throw mistyped(
      option,
      'numbers with commas between them',
      text,
      `for example ${option} 0.3,0.3,0.4`,
    );
  };
}

/** Bands, counted from 1: `3,2,1` or `1-4`. */
export function bandList(option: string): Reader<number[]> {
  return (text) => {
    const bands = text.split(',').flatMap((part) => {
      const [, from, to] = /^(\d+)(?:-(\d+))?$/.exec(part.trim()) ?? [];
      const first = Number(from ?? Number.NaN);
      const last = Number(to ?? from ?? Number.NaN);
      if (!(first >= 1 && last >= first && last - first < 4096)) return [Number.NaN];
      return Array.from({ length: last - first + 1 }, (_, i) => first + i);
    });
    if (bands.length <= 4096 && bands.every(Number.isFinite)) return bands;
    throw mistyped(
      option,
      'bands counted from 1',
      text,
      `for example ${option} 3,2,1 or ${option} 1-4`,
    );
  };
}

const UNITS: Readonly<Record<string, number>> = {
  '': 1,
  k: 2 ** 10,
  m: 2 ** 20,
  g: 2 ** 30,
  t: 2 ** 40,
};

/** A number of bytes: `512m`, `1g`, `1.5GB`. */
export function memorySize(option: string): Reader<number> {
  return (text) => {
    const [, count, unit] = /^(\d+(?:\.\d+)?)\s*([kmgt]?)i?b?$/i.exec(text.trim()) ?? [];
    const bytes = Math.floor(
      Number(count ?? Number.NaN) * (UNITS[(unit ?? '').toLowerCase()] ?? 1),
    );
    if (bytes >= UNITS['m']! && Number.isSafeInteger(bytes)) return bytes;
    throw mistyped(option, 'a size of at least 1m such as 512m or 1g', text, `try ${option} 1g`);
  };
}

/** One of a few names. */
export function choice<T extends string>(option: string, names: readonly T[]): Reader<T> {
  return (text) => {
    const found = names.find((name) => name === text.toLowerCase());
    if (found !== undefined) return found;
    const close = nearest(text, names);
    const way = close === undefined ? `try ${option} ${names[0]}` : `did you mean ${close}?`;
    throw mistyped(option, `one of ${names.join(', ')}`, text, way);
  };
}

/** Sides of a window: `256`, or `64x128` for height and width. */
export function windowSize(option: string): Reader<[number, number]> {
  return (text) => {
    const [, height, width] = /^(\d{1,4})(?:x(\d{1,4}))?$/i.exec(text.trim()) ?? [];
    const sides: [number, number] = [Number(height ?? 0), Number(width ?? height ?? 0)];
    if (sides.every((side) => side >= 1 && side <= 4096)) return sides;
    throw mistyped(option, 'sides from 1 to 4096, as 256 or 64x128', text, `try ${option} 256`);
  };
}
