import { BinaryWriter } from '@bufbuild/protobuf/wire';
import { describe, expect, test } from 'vitest';
import { inspectOnnx } from '../../src/files/onnx-inspect.js';

type Fields = readonly (readonly [number, number | string | Uint8Array])[];

/** A protobuf message from field numbers and values: numbers as varints. */
function message(fields: Fields): Uint8Array {
  const w = new BinaryWriter();
  for (const [field, value] of fields) {
    if (typeof value === 'number') w.tag(field, 0).int64(value);
    else if (typeof value === 'string') w.tag(field, 2).string(value);
    else w.tag(field, 2).bytes(value);
  }
  return w.finish();
}

const value = (name: string, type: number, ...dims: (number | string)[]): Uint8Array =>
  message([
    [1, name],
    [
      2,
      message([
        [
          1,
          message([
            [1, type],
            [2, message(dims.map((d) => [1, message([[typeof d === 'number' ? 1 : 2, d]])]))],
          ]),
        ],
      ]),
    ],
  ]);
const opset = message([[2, 17]]);
const location = (file: string): Uint8Array =>
  message([
    [1, 'location'],
    [2, file],
  ]);
const model = (graph: Fields, more: Fields = [[8, opset]]): Uint8Array =>
  message([[1, 8], [7, message(graph)], ...more]);

describe('an ONNX file', () => {
  test('written by PyTorch is described', async () => {
    const info = await inspectOnnx(new URL('./fixtures/network.onnx', import.meta.url).pathname);
    expect(info).toEqual({
      irVersion: 7,
      producer: 'pytorch 1.13.0',
      graph: 'torch_jit',
      opsets: new Map([['ai.onnx', 13]]),
      metadata: new Map(),
      inputs: [{ name: 'x', type: 'float32', shape: ['batch', 2, 8, 8] }],
      outputs: [{ name: 'y', type: 'float32', shape: ['batch', 3, 6, 6] }],
      operators: new Map([
        ['Conv', 1],
        ['Relu', 2],
      ]),
      weights: { count: 2, elements: 3 * 2 * 3 * 3 + 3 },
      externalFiles: [],
    });
  });

  test('tells weights among the inputs apart, and where they are kept', async () => {
    const bytes = model(
      [
        [11, value('x', 10, 1, '', 'n')],
        [11, value('w', 1, 4)],
        [
          12,
          message([
            [1, 's'],
            [2, message([[4, new Uint8Array(0)]])],
          ]),
        ],
        [
          5,
          message([
            [1, 2],
            [1, 3],
            [2, 1],
            [8, 'w'],
            [13, location('net.bin')],
            [14, 1],
          ]),
        ],
        [
          1,
          message([
            [4, 'FusedMatMul'],
            [7, 'com.microsoft'],
          ]),
        ],
      ],
      [
        [8, opset],
        [
          8,
          message([
            [1, 'com.microsoft'],
            [2, 1],
          ]),
        ],
        [
          14,
          message([
            [1, 'bands'],
            [2, '8'],
          ]),
        ],
      ],
    );
    expect(await inspectOnnx(bytes)).toMatchObject({
      opsets: new Map([
        ['ai.onnx', 17],
        ['com.microsoft', 1],
      ]),
      metadata: new Map([['bands', '8']]),
      inputs: [{ name: 'x', type: 'float16', shape: [1, '?', 'n'] }],
      outputs: [{ name: 's', type: 'sequence', shape: [] }],
      operators: new Map([['com.microsoft:FusedMatMul', 1]]),
      weights: { count: 1, elements: 6 },
      externalFiles: ['net.bin'],
    });
  });

  test.each([
    ['nothing', new Uint8Array(0), /IR version 0, 0 graphs and 0 operator sets/],
    ['a picture', Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10), /expected an ONNX model/],
    [
      'two graphs',
      message([
        [1, 8],
        [7, ''],
        [7, ''],
        [8, opset],
      ]),
      /2 graphs/,
    ],
    [
      'a field longer than the file',
      Uint8Array.of(8, 8, 0x3a, 0xff, 0xff, 0xff, 0xff, 15),
      /beyond/,
    ],
    ['a length of 2^70', Uint8Array.of(8, 8, 0x3a, ...new Array(11).fill(0xff)), /10 bytes/],
    ['a message cut short', model([[11, Uint8Array.of(10, 50, 65)]]), /expected an ONNX model/],
    [
      'weights above its folder',
      model([[5, message([[13, location('../../w')]])]]),
      /"\.\.\/\.\.\/w"/,
    ],
    ['weights at an absolute path', model([[5, message([[13, location('/w')]])]]), /"\/w"/],
    ['text of 17 MB for a name', model([[2, new Uint8Array(17 << 20)]]), /field of 17825792 bytes/],
  ])('with %s is refused', async (_, bytes, expected) => {
    await expect(inspectOnnx(bytes)).rejects.toThrow(expected);
    await expect(inspectOnnx(bytes)).rejects.toMatchObject({ tag: 'input' });
  });
});
