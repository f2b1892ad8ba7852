/** Whatever is wrong with what came in: one line that helps, exit code 2, and nothing touched. */
import { createHash } from 'node:crypto';
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeSafetensors } from '@bandweave/graph';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { MS_TRANSFORM, make, makePair, PAN_TRANSFORM } from './made-pair.js';
import { runMain } from './run-main.js';

let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'bandweave-bad-'));
  const { pan, ms } = await makePair(folder);
  const small = { height: 24, width: 24, bands: 4, transform: MS_TRANSFORM } as const;
  await make(folder, 'far.tif', { ...small, transform: [4, 0, 900_000, 0, -4, 5_400_000] });
  await make(folder, 'utm33.tif', { ...small, epsg: 32633 });
  await make(folder, 'turned.tif', { ...small, transform: [0, 4, 500_000, 4, 0, 5_400_000] });
  await make(folder, 'empty-ms.tif', { ...small, nodata: 0, value: () => 0 });
  const nan = (band: number, x: number) => (band === 2 ? Number.NaN : x);
  await make(folder, 'nan.tif', { ...small, dataType: 'float32', value: nan });
  await make(folder, 'rgb.tif', { height: 96, width: 96, bands: 3 });
  await make(folder, 'finished.tif', { height: 8, width: 8 });
  writeFileSync(join(folder, 'text.tif'), 'these are not the pixels you are looking for\n');
  writeFileSync(join(folder, 'nothing.tif'), '');
  writeFileSync(join(folder, 'half.tif'), readFileSync(pan).subarray(0, statSync(pan).size / 2));
  writeFileSync(join(folder, 'head.tif'), readFileSync(ms).subarray(0, 6));
  writeFileSync(join(folder, 'absurd.tif'), absurdTiff());
  writeFileSync(
    join(folder, 'jp2.tif'),
    Buffer.from('0000000c6a5020200d0a870a00000014667479706a703220', 'hex'),
  );
  writeFileSync(join(folder, 'cut.h5'), Buffer.from('894844460d0a1a0a0000000000080800', 'hex'));
  writeFileSync(join(folder, 'cut.npy'), Buffer.from('934e554d5059010076007b27646573', 'hex'));
  writeFileSync(join(folder, 'cut.mat'), `${'MATLAB 5.0 MAT-file'.padEnd(124)}\x00\x01IM`);
  writeFileSync(join(folder, 'cut.hdr'), 'ENVI\nsampels = 3\nlines = 3\nbands = 1\n');
  writeFileSync(join(folder, 'cut.img'), Buffer.alloc(9));
  const other = encodeSafetensors([['conv.weight', { shape: [2, 2], data: new Float32Array(4) }]]);
  writeFileSync(join(folder, 'other.safetensors'), other);
  writeFileSync(join(folder, 'cut.safetensors'), other.subarray(0, other.length - 7));
  writeFileSync(join(folder, 'cut.pth'), Buffer.from('PK\x03\x04 and no more', 'latin1'));
  mkdirSync(join(folder, 'locked'));
  chmodSync(join(folder, 'locked'), 0o555);
});
afterAll(() => {
  chmodSync(join(folder, 'locked'), 0o755);
  rmSync(folder, { recursive: true });
});

/** A TIFF of 24 bytes of header and tags that claims two thousand million pixels a side. */
function absurdTiff(): Buffer {
  const tags: [number, number, number, number][] = [
    [256, 4, 1, 2_000_000_000],
    [257, 4, 1, 2_000_000_000],
    [258, 3, 1, 16],
    [259, 3, 1, 1],
    [262, 3, 1, 1],
    [273, 4, 1, 8],
    [277, 3, 1, 1],
    [278, 4, 1, 2_000_000_000],
    [279, 4, 1, 4_000_000_000],
  ];
  const file = Buffer.alloc(8 + 2 + 12 * tags.length + 4);
  file.write('II*\0', 'latin1');
  file.writeUInt32LE(8, 4);
  file.writeUInt16LE(tags.length, 8);
  for (const [i, [tag, type, count, value]] of tags.entries()) {
    const at = 10 + 12 * i;
    file.writeUInt16LE(tag, at);
    file.writeUInt16LE(type, at + 2);
    file.writeUInt32LE(count, at + 4);
    if (type === 3) file.writeUInt16LE(value, at + 8);
    else file.writeUInt32LE(value, at + 8);
  }
  return file;
}

/** Every file of the folder with its checksum: what must be the same afterwards. */
function listing(): Record<string, string> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  return Object.fromEntries(
    files.map(({ parentPath, name }) => {
      const path = join(parentPath, name);
      return [path, createHash('sha1').update(readFileSync(path)).digest('hex')];
    }),
  );
}

/** The arguments with names of files put into the folder. */
function placed(line: string): string[] {
  return line
    .split(' ')
    .map((arg) =>
      /\.(tif|h5|npy|mat|hdr|pth|safetensors|png|html)/.test(arg) || arg === 'locked'
        ? join(folder, arg)
        : arg,
    );
}

const FUSE = 'fuse pan.tif ms.tif -o out.tif';

const CASES: readonly (readonly [what: string, line: string, says: RegExp])[] = [
  [
    'a PAN that is not there',
    'fuse missing.tif ms.tif -o out.tif',
    /missing\.tif: expected .*got nothing/,
  ],
  [
    'a MS that is not there',
    'fuse pan.tif missing.tif -o out.tif',
    /missing\.tif: expected .*got nothing/,
  ],
  ['a folder as PAN', 'fuse ./ ms.tif -o out.tif', /expected a raster file, got a folder/],
  ['a PAN cut in half', 'fuse half.tif ms.tif -o out.tif', /half\.tif: expected .*got/],
  ['a MS of six bytes', 'fuse pan.tif head.tif -o out.tif', /head\.tif: expected .*got/],
  ['text as PAN', 'fuse text.tif ms.tif -o out.tif', /text\.tif: expected a GeoTIFF/],
  ['a file of no bytes', 'fuse nothing.tif ms.tif -o out.tif', /nothing\.tif: expected .*got/],
  ['JPEG 2000', 'fuse jp2.tif ms.tif -o out.tif', /jp2\.tif: expected .*got JPEG 2000/],
  ['HDF5 cut short', 'fuse-hs rgb.tif cut.h5 -o out.tif', /cut\.h5: expected a whole HDF5 file/],
  ['NPY cut short', 'fuse-hs rgb.tif cut.npy -o out.tif', /cut\.npy: expected a header inside/],
  ['MAT cut short', 'fuse-hs rgb.tif cut.mat -o out.tif', /cut\.mat: expected/],
  ['an ENVI header misspelt', 'fuse-hs rgb.tif cut.hdr -o out.tif', /cut\.hdr: expected 'samples'/],
  ['absurd declared sizes', 'fuse absurd.tif ms.tif -o out.tif', /absurd\.tif: expected .*got/],
  [
    'PAN and MS exchanged',
    'fuse ms.tif,band=1 pan.tif -o out.tif',
    /expected PAN pixels no larger/,
  ],
  [
    'a guide of three bands that goes on',
    'fuse rgb.tif ms.tif -o out.tif --resume',
    /--resume: expected/,
  ],
  ['no common ground', 'fuse pan.tif far.tif -o out.tif', /far\.tif: expected .*overlap/],
  [
    'another reference system',
    'fuse pan.tif utm33.tif -o out.tif',
    /utm33\.tif: expected .*got EPSG:32633/,
  ],
  [
    'a grid that is turned',
    'fuse pan.tif turned.tif -o out.tif',
    /turned\.tif: expected axes parallel/,
  ],
  [
    'a MS without one valid pixel',
    'fuse pan.tif empty-ms.tif -o out.tif -q',
    /expected pixels that hold data/,
  ],
  [
    'a band that is all NaN',
    'fuse pan.tif nan.tif -o out.tif -q',
    /expected pixels that hold data/,
  ],
  [
    'a band that PAN lacks',
    'fuse pan.tif,band=2 ms.tif -o out.tif',
    /pan\.tif.*: expected bands? 1.*got 2/,
  ],
  ['band zero', 'fuse pan.tif ms.tif,band=0 -o out.tif', /expected FILE,band=N.*got band=0/],
  ['an output band that MS lacks', `${FUSE} --bands 1,5`, /--bands: expected .*got 5/],
  ['a method nobody knows', `${FUSE} --method magic`, /--method: expected one of .*got 'magic'/],
  ['a sensor nobody knows', `${FUSE} --sensor hubble`, /sensor: expected one of .*got 'hubble'/],
  ['a mistyped option', `${FUSE} --metod gsa`, /got --metod; did you mean --method\?/],
  ['an option without its value', `${FUSE} --method`, /expected a value after .*--method/],
  [
    'too few band weights',
    `${FUSE} --method brovey --band-weights 0.5,0.5`,
    /--band-weights: expected 4.*got 2/,
  ],
  [
    'band weights that are words',
    `${FUSE} --band-weights red,green`,
    /--band-weights: expected numbers/,
  ],
  ['a memory size without sense', `${FUSE} --memory lots`, /--memory: expected a size/],
  ['no threads', `${FUSE} --threads 0`, /--threads: expected a whole number from 1/],
  ['a tile that is no multiple of 16', `${FUSE} --tile 100`, /--tile: expected a multiple of 16/],
  ['a compression nobody knows', `${FUSE} --compress zip`, /--compress: expected one of/],
  ['a resampling nobody knows', `${FUSE} --resampling sinc`, /--resampling: expected one of/],
  ['a bit depth of 99', `${FUSE} --bit-depth 99`, /--bit-depth: expected a whole number/],
  ['a nodata that is a word', `${FUSE} --nodata black`, /--nodata: expected a number/],
  [
    'an output over PAN',
    'fuse pan.tif ms.tif -o pan.tif --overwrite',
    /pan\.tif: expected an output other than/,
  ],
  [
    'an output over MS',
    'fuse pan.tif ms.tif -o ms.tif --overwrite',
    /ms\.tif: expected an output other than/,
  ],
  [
    'an output that exists',
    'fuse pan.tif ms.tif -o finished.tif',
    /finished\.tif: expected .*--overwrite/,
  ],
  [
    'an output folder that is not there',
    'fuse pan.tif ms.tif -o none/out.tif',
    /expected a folder .*got none/,
  ],
  ['no output at all', 'fuse pan.tif ms.tif', /expected the option -o, --output/],
  ['no MS at all', 'fuse pan.tif -o out.tif', /expected the argument MS/],
  ['nothing to resume', `${FUSE} --resume`, /--resume: expected .*got none/],
  ['a verb nobody knows', 'sharpen pan.tif', /expected a verb .*got "sharpen"/],
  [
    'a network without weights',
    `${FUSE} --method fusionmamba`,
    /--weights: expected a file of weights/,
  ],
  [
    'weights of another network',
    `${FUSE} --method fusionmamba --weights other.safetensors`,
    /other\.safetensors: expected/,
  ],
  [
    'weights cut short',
    `${FUSE} --method fusionmamba --weights cut.safetensors`,
    /cut\.safetensors: expected/,
  ],
  [
    'weights that are not there',
    `${FUSE} --method fusionmamba --weights none.pth`,
    /none\.pth: expected a file/,
  ],
  [
    'weights where nothing learns',
    `${FUSE} --method gsa --weights other.safetensors`,
    /--weights: expected/,
  ],
  [
    'an image of another size to assess',
    'assess pan.tif --reference ms.tif',
    /pan\.tif: expected 24 x 24/,
  ],
  [
    'nothing to assess against',
    'assess pan.tif --pan pan.tif',
    /expected --reference FILE, or --pan/,
  ],
  [
    'a scene too small to degrade',
    'simulate finished.tif -o none',
    /finished\.tif: expected at least/,
  ],
  [
    'weights cut short to convert',
    'convert cut.safetensors -o w.safetensors',
    /cut\.safetensors: expected/,
  ],
  ['a checkpoint cut short', 'info cut.pth', /cut\.pth: expected/],
  ['a raster made into weights', 'convert pan.tif -o w.safetensors', /expected .*got raster/],
  [
    'a nodata that the type lacks',
    'convert pan.tif -o out.tif --type uint8 --nodata -9999',
    /--nodata: expected a value that uint8/,
  ],
];

test('there are at least twenty kinds', () => {
  expect(new Set(CASES.map(([what]) => what)).size).toBe(CASES.length);
  expect(CASES.length).toBeGreaterThanOrEqual(20);
});

describe('one line, exit code 2, nothing left behind', () => {
  test.each(CASES)('%s', async (_, line, says) => {
    const before = listing();
    const { code, out, err } = await runMain(...placed(line));
    expect(err).toMatch(says);
    expect(err.trimEnd().split('\n')).toHaveLength(1);
    expect(err).toMatch(/expected .+got .+[;.]/);
    expect(code).toBe(2);
    expect(out).toBe('');
    expect(listing()).toEqual(before);
  });
});

// Root may write anywhere, so a mode says nothing to it.
test.skipIf(process.getuid?.() === 0)('a folder that may not be written', async () => {
  const { code, err } = await runMain(...placed('fuse pan.tif ms.tif -o locked/out.tif'));
  expect(code).toBe(2);
  expect(err).toMatch(/expected a folder that can be written/);
});

test.runIf(process.platform === 'linux')('a place that takes no files, whoever asks', async () => {
  const { code, err } = await runMain(
    'fuse',
    join(folder, 'pan.tif'),
    join(folder, 'ms.tif'),
    '-o',
    '/proc/out.tif',
  );
  expect(code).toBe(2);
  expect(err).toMatch(/\/proc\/out\.tif.*: expected/);
  expect(err.trimEnd().split('\n')).toHaveLength(1);
});

test('several files of MS must share one grid', async () => {
  copyFileSync(join(folder, 'ms.tif'), join(folder, 'ms-copy.tif'));
  const line = 'fuse pan.tif ms.tif,band=1 rgb.tif,band=1 -o out.tif';
  const { code, err } = await runMain(...placed(line));
  expect(code).toBe(2);
  expect(err).toMatch(/rgb\.tif.*: expected 24x24 pixels/);
});

test('what is right after all this still works', async () => {
  const { code, err } = await runMain(...placed(`${FUSE} --quiet`));
  expect(err).toBe('');
  expect(code).toBe(0);
  expect(PAN_TRANSFORM[0]).toBe(1);
});
