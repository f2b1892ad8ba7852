import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  readSafetensors,
  toFloat32,
  writeSafetensors,
  writeShardedSafetensors,
} from '@bandweave/graph';
import { expect, test } from 'vitest';
import { openClipFolder, openModelFolder, TEMPORAL } from '../src/index.js';
import { CONFIGS, madeClipFolder, madeFolder, VOCAB } from './made-folder.js';

const UNET = 'unet/diffusion_pytorch_model.safetensors';

test('a folder opens with all of its parts, in full or half precision', async () => {
  const [full, half] = [await madeFolder(), await madeFolder({ precision: 'half' })];
  const [a, b] = [await openModelFolder(full), await openModelFolder(half)];
  expect(a.tokenizer.context).toBe(6);
  expect([a.text.width, a.unet.textWidth, a.vae.latents]).toEqual([8, 8, 4]);
  expect(a.schedule.offset).toBe(1);
  for (const read of ['textParams', 'vaeParams', 'unetParams'] as const) {
    const [x, y] = [await a[read](), await b[read]()];
    const values = (p: typeof x, name: string) => {
      const shape = { textParams: [8], vaeParams: [4], unetParams: [4] }[read];
      return p.get(name, shape);
    };
    const name = {
      textParams: 'text_model.final_layer_norm.weight',
      vaeParams: 'encoder.conv_in.bias',
      unetParams: 'conv_in.bias',
    }[read];
    values(x, name);
    values(y, name);
    const [p, q] = [x, y].map((params) => params.entries()[0].slot.data);
    expect(q).toBeAllclose(p, { atol: 1e-3 });
    expect(q.some((v, i) => v !== p[i])).toBe(true);
  }
});

test('attention over time is fresh unless the weights have it', async () => {
  const model = await openModelFolder(await madeFolder());
  const params = await model.unetParams({ seed: 3 });
  const at = 'mid_block.attentions.0.transformer_blocks.0.attn_temp.to_q.weight';
  expect(TEMPORAL.test(at)).toBe(true);
  params.get(at, [4, 4]);
  expect(params.entries()[0].slot.data.some((v) => v !== 0)).toBe(true);
});

test('what PyTorch wrote in several files is read by its index', async () => {
  const folder = await madeFolder();
  const { tensors } = await readSafetensors(join(folder, UNET));
  rmSync(join(folder, UNET));
  const names = [...tensors.keys()];
  const map: Record<string, string> = {};
  for (const [i, part] of [names.slice(0, 20), names.slice(20)].entries()) {
    // Told apart by content: a .bin may hold safetensors as well.
    const file = `diffusion_pytorch_model-0000${i + 1}-of-00002.bin`;
    for (const name of part) map[name] = file;
    await writeSafetensors(
      join(folder, 'unet', file),
      part.map((n) => [n, tensors.get(n)!] as const),
    );
  }
  json(folder, 'unet/diffusion_pytorch_model.bin.index.json', { weight_map: map });
  const params = await (await openModelFolder(folder)).unetParams();
  params.get('conv_out.bias', [4]);
  expect(params.entries()[0].slot.data).toEqual(toFloat32(tensors.get('conv_out.bias')!));
  json(folder, 'unet/diffusion_pytorch_model.bin.index.json', { weight_map: { a: '../b.bin' } });
  await expect(openModelFolder(folder)).rejects.toThrow('the names of .bin files beside it');
});

test('weights in several files and older spellings are read', async () => {
  const folder = await madeFolder();
  const path = join(folder, UNET);
  const { tensors } = await readSafetensors(path);
  rmSync(path);
  const files = await writeShardedSafetensors(join(folder, 'unet'), tensors, {
    maxShardBytes: 4096,
  });
  expect(files.length).toBeGreaterThan(2);
  const index = join(folder, 'unet/model.safetensors.index.json');
  renameSync(index, path.replace('.safetensors', '.safetensors.index.json'));
  const vae = join(folder, 'vae/diffusion_pytorch_model.safetensors');
  const old = await readSafetensors(vae);
  const spelt = [...old.tensors].map(([name, { shape, data }]) => {
    const newer = name
      .replace('.query.', '.to_q.')
      .replace('.key.', '.to_k.')
      .replace('.value.', '.to_v.')
      .replace('.proj_attn.', '.to_out.0.');
    const kernel = newer !== name && shape.length === 2 ? [...shape, 1, 1] : shape;
    return [newer, { shape: kernel, data }] as const;
  });
  await writeSafetensors(vae, spelt);
  const model = await openModelFolder(folder);
  const params = await model.vaeParams();
  params.get('encoder.mid_block.attentions.0.query.weight', [4, 4]);
  const stored = old.tensors.get('encoder.mid_block.attentions.0.query.weight')!;
  expect(params.entries()[0].slot.data).toEqual(toFloat32(stored));
});

async function refused(damage: (folder: string) => void | Promise<void>): Promise<string> {
  const folder = await madeFolder();
  await damage(folder);
  const error = await openModelFolder(folder).then(
    () => new Error('it opened'),
    (e: Error) => e,
  );
  expect(error.message).not.toContain('\n');
  expect(error).toMatchObject({ tag: 'input' });
  return error.message.replace(folder, 'DIR').replace(folder, 'DIR');
}

const json = (folder: string, name: string, value: unknown) =>
  writeFileSync(join(folder, name), JSON.stringify(value));

test('whatever is missing is said by name, and where such a folder comes from', async () => {
  const without = (name: string) => refused((d) => rmSync(join(d, name), { recursive: true }));
  expect(await without('vae')).toMatch(
    /^DIR: expected a model folder with vae\/, got none; download a Stable Diffusion 1\.x model/,
  );
  expect(await without('tokenizer/merges.txt')).toContain('with tokenizer/merges.txt, got none');
  expect(await without(UNET)).toContain(
    'with unet/diffusion_pytorch_model.safetensors or unet/diffusion_pytorch_model.bin, got none',
  );
  expect(await without('scheduler/scheduler_config.json')).toContain('scheduler_config.json');
  await expect(openModelFolder('/nowhere/at/all')).rejects.toThrow('expected a model folder, got');
});

test('parts that do not belong together are told in one line', async () => {
  const wide = { ...CONFIGS.unet, cross_attention_dim: 12 };
  expect(await refused((d) => json(d, 'unet/config.json', wide))).toContain(
    'expected parts of one model, got a text encoder of 8 where 12 is expected',
  );
  const wider = { ...CONFIGS.unet, block_out_channels: [4, 8] };
  expect(await refused((d) => json(d, 'unet/config.json', wider))).toMatch(
    /expected the weights of this U-Net, got .* of \[.*\] where \[.*\] is expected.* and \d+ more; take config\.json/,
  );
  const other = { ...JSON.parse(VOCAB), extra: 518 };
  expect(await refused((d) => json(d, 'tokenizer/vocab.json', other))).toContain(
    'expected the tokenizer of the text encoder with 518 symbols, got one with 519',
  );
  expect(await refused((d) => json(d, 'tokenizer/vocab.json', { a: 1 }))).toContain(
    "expected CLIP's byte-pair vocabulary",
  );
  const pointer = 'version https://git-lfs.github.com/spec/v1\noid sha256:0\n';
  expect(await refused((d) => writeFileSync(join(d, UNET), pointer))).toContain('Git LFS');
  expect(await refused((d) => writeFileSync(join(d, 'vae/config.json'), pointer))).toContain(
    'expected JSON, got a pointer of Git LFS',
  );
  const cut = (d: string) => {
    const bytes = readFileSync(join(d, UNET));
    writeFileSync(join(d, UNET), bytes.subarray(0, bytes.length - 10));
  };
  expect(await refused(cut)).toContain('fetch it again');
  expect(await refused((d) => renameSync(join(d, 'unet'), join(d, 'unet.old')))).toContain(
    'with unet/, got none',
  );
});

test('a folder of CLIP opens, or says what it lacks', async () => {
  const folder = await madeClipFolder();
  const clip = await openClipFolder(folder);
  expect([clip.out, clip.image.size, clip.text.width]).toEqual([4, 8, 8]);
  expect(clip.pixels.mean[0]).toBeCloseTo(0.4815, 4);
  rmSync(join(folder, 'model.safetensors'));
  await expect(openClipFolder(folder)).rejects.toThrow(
    'with model.safetensors or pytorch_model.bin, got none; download a CLIP model',
  );
});
