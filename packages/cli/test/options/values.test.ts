import { isInputError } from '@bandweave/image';
import { expect, test } from 'vitest';
import {
  bandList,
  choice,
  integer,
  memorySize,
  nodata,
  numbers,
  type Reader,
  threads,
  tileSide,
} from '../../src/options/values.js';

test.each<[string, Reader<unknown>, unknown]>([
  ['512m', memorySize('--memory'), 536870912],
  ['1g', memorySize('--memory'), 1073741824],
  ['1.5GB', memorySize('--memory'), 1610612736],
  ['2 GiB', memorySize('--memory'), 2147483648],
  ['2097152', memorySize('--memory'), 2097152],
  ['3,2,1', bandList('--bands'), [3, 2, 1]],
  ['1-4,8', bandList('--bands'), [1, 2, 3, 4, 8]],
  ['0.1,0.3', numbers('--band-weights'), [0.1, 0.3]],
  ['1e-3', numbers('--band-weights'), [0.001]],
  ['-9999', nodata('--nodata'), -9999],
  ['NaN', nodata('--nodata'), Number.NaN],
  ['none', nodata('--nodata'), 'none'],
  ['ALL_CPUS', threads('--threads'), undefined],
  ['3', threads('--threads'), 3],
  ['272', tileSide('--tile'), 272],
  ['11', integer('--bit-depth', [1, 32]), 11],
  ['LZW', choice('--compress', ['none', 'lzw']), 'lzw'],
])('%s reads as what it says', (text, reader, expected) => {
  expect(reader(text)).toEqual(expected);
});

test.each<[string, string, Reader<unknown>]>([
  ['--memory', '', memorySize('--memory')],
  ['--memory', '1x', memorySize('--memory')],
  ['--memory', '-1g', memorySize('--memory')],
  ['--memory', '1024', memorySize('--memory')],
  ['--bands', '0', bandList('--bands')],
  ['--bands', '4-1', bandList('--bands')],
  ['--bands', '1-99999999', bandList('--bands')],
  ['--bands', '1,,2', bandList('--bands')],
  ['--band-weights', '0.1;0.2', numbers('--band-weights')],
  ['--band-weights', '0.1,', numbers('--band-weights')],
  ['--nodata', 'zero', nodata('--nodata')],
  ['--nodata', 'Infinity', nodata('--nodata')],
  ['--threads', '0', threads('--threads')],
  ['--threads', '1.5', threads('--threads')],
  ['--tile', '100', tileSide('--tile')],
  ['--tile', '0', tileSide('--tile')],
  ['--bit-depth', '0x10', integer('--bit-depth', [1, 32])],
  ['--compress', 'jpeg', choice('--compress', ['none', 'lzw'])],
])(
  '%s %j is refused in one line that names option, expectation and value',
  (option, text, reader) => {
    let thrown: unknown;
    try {
      reader(text);
    } catch (error) {
      thrown = error;
    }
    expect(isInputError(thrown)).toBe(true);
    const { message } = thrown as Error;
    expect(message).toMatch(
      new RegExp(`^${option}: expected .+, got ${JSON.stringify(text)}; .+\\.$`),
    );
    expect(message).not.toContain('\n');
  },
);

test('a tile side that is no multiple of 16 is answered with the nearest one', () => {
  expect(() => tileSide('--tile')('500')).toThrow('try --tile 496');
});

test('a name with one letter wrong is answered with the right one', () => {
  expect(() => choice('--resampling', ['nearest', 'bilinear', 'cubic'])('bilinaer')).toThrow(
    'did you mean bilinear?',
  );
});
