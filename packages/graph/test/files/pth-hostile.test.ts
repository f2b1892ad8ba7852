/** Files made to do harm: each is refused in one line, and nothing in it runs. */
import { existsSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { zipSync } from 'fflate';
import { afterAll, describe, expect, test } from 'vitest';
import { GraphError } from '../../src/errors.js';
import { loadStateDict } from '../../src/files/load-state-dict.js';
import { legacyMagic } from '../../src/files/pth-file.js';
import { pickle, pthZip, tensor, text } from './pickle-bytes.js';

const trace = join(tmpdir(), `pickle-ran-${process.pid}`);
afterAll(() => rmSync(trace, { force: true }));

async function refusal(bytes: Uint8Array): Promise<string> {
  const before = process.memoryUsage();
  const error = await loadStateDict(bytes).then(
    () => undefined,
    (e: unknown) => e,
  );
  const after = process.memoryUsage();
  expect(error).toBeInstanceOf(GraphError);
  const { message } = error as GraphError;
  expect(message).toMatch(/^weights in memory: expected .*, got .*\.$/);
  expect(message.length).toBeLessThan(500);
  expect(after.arrayBuffers - before.arrayBuffers).toBeLessThan(16 << 20);
  return message;
}

const command = text(`touch ${trace}`);
const system = 'cos\nsystem\n';

describe('a pickle that would import or construct is refused and never run', () => {
  const cases: [string, Uint8Array, RegExp][] = [
    ['GLOBAL and REDUCE', pickle(system, command, 0x85, 'R.'), /name "os\.system"/],
    ['posix.system', pickle('cposix\nsystem\n', command, 0x85, 'R.'), /"posix\.system"/],
    ['eval', pickle('c__builtin__\neval\n', command, 0x85, 'R.'), /"__builtin__\.eval"/],
    ['STACK_GLOBAL', pickle(text('os'), text('system'), 0x93, command, 0x85, 'R.'), /"os\.system"/],
    [
      'STACK_GLOBAL with a dotted name',
      pickle(text('torch'), text('_utils.os.system'), 0x93, '.'),
      /"torch\._utils\.os\.system"/,
    ],
    ['STACK_GLOBAL of no strings', pickle('K', 1, 'K', 2, 0x93, '.'), /two strings/],
    ['INST', pickle('(', command, 'ios\nsystem\n.'), /INST with "os\.system"/],
    ['OBJ', pickle('(', system, command, 'o.'), /"os\.system"/],
    ['OBJ of a known name', pickle('(ccollections\nOrderedDict\no.'), /OBJ with collections/],
    ['NEWOBJ', pickle('csubprocess\nPopen\n', command, 0x85, 0x81, '.'), /"subprocess\.Popen"/],
    [
      'NEWOBJ of a known name',
      pickle('ccollections\nOrderedDict\n)', 0x81, '.'),
      /NEWOBJ with collections\.OrderedDict/,
    ],
    ['NEWOBJ_EX', pickle('ccollections\nOrderedDict\n)}', 0x92, '.'), /NEWOBJ_EX with collec/],
    ['EXT1', pickle(0x82, 1, '.'), /EXT1/],
    ['REDUCE of a string', pickle(text('os.system'), command, 0x85, 'R.'), /a call of a string/],
    ['REDUCE of a type', pickle('ctorch\nFloatStorage\n)R.'), /a call of torch\.FloatStorage/],
    ['REDUCE with a list', pickle('ccollections\nOrderedDict\n]R.'), /arguments that PyTorch/],
    ['BUILD of a list', pickle(']}b.'), /BUILD with a dict as the state of a list/],
    ['BUILD of a name', pickle('ctorch\nfloat32\n}b.'), /BUILD .* of torch\.float32/],
    ['BUILD with a tuple', pickle('})b.'), /BUILD with a tuple as the state of a dict/],
    [
      'torch.storage._load_from_bytes',
      pickle('ctorch.storage\n_load_from_bytes\n', command, 0x85, 'R.'),
      /_load_from_bytes/,
    ],
    ['a persistent id of protocol 0', pickle('Pos.system\n.'), /0x50/],
    ['a storage of another type', pickle('(', text('storage'), command, 'tQ.'), /no type/],
    ['a name that breaks the line', pickle('cos\r\u001b[2J\nsystem\n.'), /"os\\r\\u001b\[2J/],
    ['a name without an end', pickle(`c${'a'.repeat(4000)}`), /lines of at most 512/],
  ];
  test.each(cases)('%s', async (_, data, message) => {
    expect(await refusal(pthZip(data))).toMatch(message);
    const legacy = Uint8Array.of(...legacyMagic, ...pickle('M', 0xe9, 3, '.'), ...pickle('}.'));
    expect(await refusal(Uint8Array.of(...legacy, ...data))).toMatch(message);
    expect(existsSync(trace)).toBe(false);
  });
});

describe('a pickle that would grow is refused', () => {
  const cases: [string, Uint8Array, RegExp][] = [
    ['a string longer than the file', pickle('X', 0xff, 0xff, 0xff, 0x7f), /at most 1048576/],
    ['a string of 2^60 bytes', pickle(0x8d, 0, 0, 0, 0, 0, 0, 0, 0x10), /length below 2\^53/],
    ['an integer of 2^31 bytes', pickle(0x8b, 0xff, 0xff, 0xff, 0x7f), /at most 32 bytes/],
    ['a far memo entry that is not there', pickle('j', 0xff, 0xff, 0xff, 0xff), /memo entry/],
    ['deep marks', pickle('('.repeat(2000)), /at most 1000 marks/],
    ['deep nesting', pickle(']'.repeat(1 << 21)), /at most 1048576 values/],
    ['a list of a million lists', pickle(`]${']a'.repeat(1 << 20)}`), /at most 2097152 opcodes/],
    ['an empty stack', pickle('.'), /value on the stack/],
    ['a mark that is not there', pickle('t.'), /expected a mark/],
    ['no end', pickle('}'), /got its end/],
    ['protocol 9', Uint8Array.of(0x80, 9), /protocol up to 5/],
    ['text that is no UTF-8', pickle(0x8c, 1, 0xff), /UTF-8/],
  ];
  test.each(cases)('%s', async (_, data, message) => {
    expect(await refusal(pthZip(data))).toMatch(message);
  });
});

describe('a tensor outside its storage is refused', () => {
  const dict = (t: Uint8Array): Uint8Array => pthZip(pickle('}', text('w'), t, 's.'));
  const cases: [string, Uint8Array, RegExp][] = [
    ['longer', dict(tensor({ numel: 4n }, [5n], [1n])), /within its storage of 16 bytes/],
    ['beyond by offset', dict(tensor({ numel: 4n, offset: 1n }, [4n], [1n])), /within its storage/],
    ['beyond by stride', dict(tensor({ numel: 4n }, [2n, 2n], [3n, 1n])), /within its storage/],
    [
      'a shape of 2^80',
      dict(tensor({ numel: 4n }, [2n ** 40n, 2n ** 40n], [0n, 0n])),
      /proportion/,
    ],
    ['one number 2^30 times', dict(tensor({ numel: 4n }, [2n ** 30n], [0n])), /proportion/],
    ['a stride of 2^52', dict(tensor({ numel: 4n }, [2n], [2n ** 52n])), /within its storage/],
    ['a negative stride', dict(tensor({ numel: 4n }, [2n], [-1n])), /arguments that PyTorch/],
    ['a negative offset', dict(tensor({ numel: 4n, offset: -4n }, [1n], [1n])), /arguments that/],
    [
      'a storage larger than its entry',
      dict(tensor({ numel: 5n }, [1n], [1n])),
      /expected 20 bytes/,
    ],
    ['a storage of 2^60', dict(tensor({ numel: 2n ** 60n }, [1n], [1n])), /references to storages/],
    [
      'a thousand views of one storage',
      pthZip(
        pickle(
          '}(',
          ...Array.from({ length: 4000 }, (_, i) => [
            ...text(`w${i}`),
            ...(i === 0
              ? [...tensor({ numel: 2n ** 16n }, [2n ** 16n], [1n]), 0x71, 7]
              : [0x68, 7]),
          ]).map((part) => Uint8Array.from(part)),
          'u.',
        ),
        { storage: new Uint8Array(4 << 16) },
      ),
      /in proportion to the file/,
    ],
    [
      'a name that reaches into prototypes',
      pthZip(pickle('}', text('a.__proto__.b'), tensor({ numel: 4n }, [4n], [1n]), 's.')),
      /plain tensor names, got "a\.__proto__\.b"/,
    ],
    ['a tensor alone', pthZip(pickle(tensor({ numel: 4n }, [4n], [1n]), '.')), /dict of tensors/],
    ['nothing but an empty dict', pthZip(pickle('}.')), /an empty dict/],
    [
      'a dict within itself',
      pthZip(pickle('}q', 0, text('model'), 'h', 0, 's.')),
      /dict of tensors under/,
    ],
  ];
  test.each(cases)('%s', async (_, bytes, message) => {
    expect(await refusal(bytes)).toMatch(message);
  });
});

const valid = pickle('}', text('w'), tensor({ numel: 4n }, [4n], [1n]), 's.');

function patched(
  bytes: Uint8Array,
  signature: number,
  change: (view: DataView) => void,
): Uint8Array {
  const out = bytes.slice();
  const view = new DataView(out.buffer);
  for (let i = 0; i + 4 <= out.length; i++) {
    if (view.getUint32(i, true) === signature) {
      change(new DataView(out.buffer, i));
      return out;
    }
  }
  throw new Error('no such record');
}
const directory = 0x02014b50;
const end = 0x06054b50;

describe('a zip file made to do harm is refused', () => {
  test('the same file without harm is read', async () => {
    expect((await loadStateDict(pthZip(valid))).tensors.get('w')!.shape).toEqual([4]);
  });

  const bomb = zipSync({ 'w/data.pkl': valid, 'w/data/0': new Uint8Array(32 << 20) }, { level: 9 });
  const good = pthZip(valid);
  const named = (name: string): Uint8Array =>
    pthZip(valid, { more: { [name]: new Uint8Array(1) } });
  const cases: [string, Uint8Array, RegExp][] = [
    ['a bomb', bomb, /stored zip entries, got "w\/data/],
    ['a path upwards', named('w/../../etc/cron.d/x'), /plain names inside the zip file/],
    ['an absolute path', named('/etc/passwd'), /plain names inside the zip file/],
    ['a path of Windows', named('w\\..\\x'), /plain names inside the zip file/],
    ['a drive', named('C:x'), /plain names inside the zip file/],
    ['a name with a line feed', named('w/a\nb'), /got "w\/a\\nb"/],
    ['two pickles', named('v/data.pkl'), /one data\.pkl in the zip file, got 2/],
    ['a program', named('w/constants.pkl'), /TorchScript/],
    [
      'big-endian storages',
      pthZip(valid, { more: { 'w/byteorder': Buffer.from('big') } }),
      /little/,
    ],
    ['another archive', zipSync({ 'a.npy': valid }, { level: 0 }), /one data\.pkl .* got 0/],
    [
      'an entry larger than the file',
      patched(good, directory, (v) => {
        v.setUint32(20, 1 << 30, true);
        v.setUint32(24, 1 << 30, true);
      }),
      /within its/,
    ],
    [
      'an entry beyond the file',
      patched(good, directory, (v) => v.setUint32(42, 1 << 30, true)),
      /within its/,
    ],
    [
      'an entry at other bytes',
      patched(good, directory, (v) => v.setUint32(42, 3, true)),
      /other bytes/,
    ],
    ['an encrypted entry', patched(good, directory, (v) => v.setUint16(8, 1, true)), /encrypted/],
    [
      'a directory beyond the file',
      patched(good, end, (v) => v.setUint32(16, 1 << 30, true)),
      /zip directory within/,
    ],
    [
      'more entries than the directory holds',
      patched(good, end, (v) => v.setUint16(10, 9999, true)),
      /zip directory within/,
    ],
    ['a broken entry', patched(good, directory, (v) => v.setUint32(0, 0)), /expected 2 entries/],
    ['no directory', good.subarray(0, good.length - 22), /directory of a zip file/],
  ];
  test.each(cases)('%s', async (_, bytes, message) => {
    expect(await refusal(bytes)).toMatch(message);
  });

  test('the same entry listed twice', async () => {
    const twice = named('w/data/1');
    const from = Buffer.from(twice).lastIndexOf('w/data/1');
    twice[from + 7] = 0x30;
    expect(await refusal(twice)).toMatch(/each zip entry once, got "w\/data\/0" twice/);
  });
});

test('a legacy file whose storages do not match is refused', async () => {
  const keys = (...names: string[]): Uint8Array => pickle('](', ...names.map(text), 'e.');
  const file = (list: Uint8Array, ...rest: number[]): Uint8Array =>
    Uint8Array.of(
      ...legacyMagic,
      ...pickle('M', 0xe9, 3, '.'),
      ...pickle('}.'),
      ...valid,
      ...list,
      ...rest,
    );
  const count = (n: number): number[] => [n, 0, 0, 0, 0, 0, 0, 0];
  const elements = new Array<number>(16).fill(0);
  const ok = await loadStateDict(file(keys('0'), ...count(4), ...elements));
  expect(ok.tensors.get('w')!.data).toEqual(new Float32Array(4));
  expect(await refusal(file(keys('0'), ...count(5), ...elements))).toMatch(/storage of 4 elements/);
  expect(await refusal(file(keys('0'), ...count(4), 0))).toMatch(/storage of 4 elements/);
  expect(await refusal(file(keys('1'), ...count(4), ...elements))).toMatch(/got key "1"/);
  expect(await refusal(file(keys('0', '0'), ...count(4), ...elements))).toMatch(/got key "0"/);
  expect(await refusal(file(keys()))).toMatch(/storage with key "0", got none/);
  expect(await refusal(file(pickle('K', 1, '.')))).toMatch(/list of storages/);
});
