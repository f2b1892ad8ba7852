/**
 * Kills a training (kill -9) ten times at random, resumes it each time, and compares it with one
 * that was left alone: `node scripts/kill-training.mjs [KILLS]`. One thread, on a made scene.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readSafetensors } from '@bandweave/graph';
import { writeRaster } from '@bandweave/pipeline';

const kills = Number(process.argv[2] ?? 10);
const folder = mkdtempSync(join(tmpdir(), 'bandweave-kill-'));
const bin = fileURLToPath(new URL('../packages/bandweave/bin/bandweave.js', import.meta.url));

async function make(name, bands, side) {
  const data = Uint16Array.from({ length: bands * side * side }, (_, i) => {
    const [x, y] = [(i % side) * (256 / side), (Math.floor(i / side) % side) * (256 / side)];
    const band = Math.floor(i / side / side);
    return 600 + 30 * band + 150 * Math.sin((x + 2 * y) / (9 + band)) + (i % 7);
  });
  const info = {
    width: side,
    height: side,
    bands,
    dataType: 'uint16',
    maskKind: 'none',
    bandNames: new Array(bands).fill(''),
    colors: new Array(bands).fill('undefined'),
    blockSize: [256, 256],
    areaOrPoint: 'area',
    metadata: {},
  };
  await writeRaster(join(folder, name), {
    raster: { bands, height: side, width: side, data },
    info,
  });
}
await make('pan.tif', 1, 256);
await make('ms.tif', 3, 64);

/** Runs to the end, or is killed after so many milliseconds; resolves to the exit code or null. */
function run(output, { after, resume }) {
  const args = ['train', 'rescnn', '--data', join(folder, 'pan.tif'), join(folder, 'ms.tif')];
  const rest = ['-o', join(folder, output), '--steps', '300', '--batch', '2', '--patch', '16'];
  const more = [
    '--sizes',
    'width=8,blocks=1',
    '--threads',
    '1',
    '--validate-every',
    '20',
    '--json',
  ];
  const child = spawn(process.execPath, [bin, ...args, ...rest, ...more, ...resume], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  let out = '';
  child.stdout.on('data', (text) => {
    out += text;
  });
  const timer = after === undefined ? undefined : setTimeout(() => child.kill('SIGKILL'), after);
  return new Promise((resolve) => {
    child.on('exit', (code) => {
      clearTimeout(timer);
      resolve({ code, out });
    });
  });
}

try {
  const whole = JSON.parse((await run('whole.safetensors', { resume: [] })).out);
  let killed = 0;
  let result;
  while (!result) {
    const checkpoint = join(folder, 'parts.safetensors.training', 'checkpoint.safetensors');
    const begun = existsSync(checkpoint);
    const after = killed < kills ? 1500 + Math.random() * 5000 : undefined;
    const { code, out } = await run('parts.safetensors', {
      after,
      resume: begun ? ['--resume'] : ['--overwrite'],
    });
    if (code === 0) result = JSON.parse(out);
    else if (code === null) killed += 1;
    else throw new Error(`training ended with exit code ${code}`);
  }
  const difference = Math.abs(result.loss - whole.loss);
  const [a, b] = await Promise.all(
    ['whole', 'parts'].map((name) => readSafetensors(join(folder, `${name}.safetensors`))),
  );
  const same = [...a.tensors].every(([name, { data }]) =>
    data.every((value, i) => Object.is(value, b.tensors.get(name).data[i])),
  );
  process.stdout.write(
    `killed ${killed} times; final loss ${result.loss} against ${whole.loss}, difference ${difference}; weights ${same ? 'equal to the bit' : 'differ'}\n`,
  );
  process.exitCode = difference <= 1e-6 && same && result.steps === whole.steps ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
