/**
 * The few names that a PyTorch file may import, and what calling them gives here.
 * They follow torch/_utils.py and torch/serialization.py by description; no other name is known.
 */

import { GraphError } from '../errors.js';
import type { DType } from './dtype.js';
import { quote } from './one-line.js';
import {
  kindOf,
  PyDict,
  PyGlobal,
  PyList,
  PyStorage,
  PyTensor,
  PyTuple,
  type PyValue,
} from './pickle-values.js';

const storages: ReadonlyMap<string, DType> = new Map([
  ['DoubleStorage', 'F64'],
  ['FloatStorage', 'F32'],
  ['HalfStorage', 'F16'],
  ['BFloat16Storage', 'BF16'],
  ['LongStorage', 'I64'],
  ['IntStorage', 'I32'],
  ['ShortStorage', 'I16'],
  ['CharStorage', 'I8'],
  ['ByteStorage', 'U8'],
  ['BoolStorage', 'BOOL'],
]);

const numberTypes: ReadonlyMap<string, DType> = new Map([
  ['float64', 'F64'],
  ['float32', 'F32'],
  ['float16', 'F16'],
  ['bfloat16', 'BF16'],
  ['int64', 'I64'],
  ['int32', 'I32'],
  ['int16', 'I16'],
  ['int8', 'I8'],
  ['uint8', 'U8'],
  ['uint16', 'U16'],
  ['uint32', 'U32'],
  ['uint64', 'U64'],
  ['bool', 'BOOL'],
]);

type Call = (args: readonly PyValue[]) => PyValue | undefined;

const natural = (v: PyValue | undefined): v is number =>
  typeof v === 'number' && Number.isSafeInteger(v) && v >= 0;

function naturals(value: PyValue | undefined): readonly number[] | undefined {
  if (!(value instanceof PyTuple || value instanceof PyList)) return undefined;
  return value.items.every(natural) ? (value.items as readonly number[]) : undefined;
}

function tensor(args: readonly PyValue[], dtype: DType | undefined): PyTensor | undefined {
  const [storage, offset, size, stride] = args;
  const shape = naturals(size);
  const strides = naturals(stride);
  if (!(storage instanceof PyStorage) || !natural(offset) || !shape || !strides) return undefined;
  if (shape.length !== strides.length || shape.length > 32 || dtype === undefined) return undefined;
  return new PyTensor(storage, dtype, offset, shape, strides);
}

const rebuild: Call = (args) =>
  tensor(args, args[0] instanceof PyStorage ? args[0].dtype : undefined);

function dtypeNamed(value: PyValue | undefined): DType | undefined {
  return value instanceof PyGlobal ? numberTypes.get(value.name.replace('torch.', '')) : undefined;
}

function orderedDict(args: readonly PyValue[]): PyDict | undefined {
  const dict = new PyDict();
  if (args.length === 0) return dict;
  if (args.length > 1 || !(args[0] instanceof PyList)) return undefined;
  for (const pair of args[0].items) {
    if (!(pair instanceof PyTuple || pair instanceof PyList)) return undefined;
    if (pair.items.length !== 2) return undefined;
    dict.entries.set(pair.items[0]!, pair.items[1]!);
  }
  return dict;
}

const calls: ReadonlyMap<string, Call> = new Map<string, Call>([
  ['collections.OrderedDict', orderedDict],
  ['torch._utils._rebuild_tensor', rebuild],
  ['torch._utils._rebuild_tensor_v2', rebuild],
  // The newest form names the element type itself; its storage is untyped.
  ['torch._utils._rebuild_tensor_v3', (args) => tensor(args, dtypeNamed(args[6]))],
  ['torch._utils._rebuild_parameter', ([data]) => (data instanceof PyTensor ? data : undefined)],
  ['torch.Size', ([size]) => (naturals(size) ? new PyTuple(naturals(size)!) : undefined)],
  ['torch.device', ([device]) => (typeof device === 'string' ? device : undefined)],
]);

const values: ReadonlySet<string> = new Set([
  ...[...storages.keys()].flatMap((name) => [`torch.${name}`, `torch.cuda.${name}`]),
  'torch.storage.UntypedStorage',
  'torch.UntypedStorage',
  ...[...numberTypes.keys()].map((name) => `torch.${name}`),
]);

/** The name as a value, or a refusal that says it. Nothing is imported. */
export function findGlobal(module: string, name: string, file: string): PyGlobal {
  const full = `${module}.${name}`;
  if (calls.has(full) || values.has(full)) return new PyGlobal(full);
  throw new GraphError(
    `${file}: expected tensors and plain values only, got the Python name ${quote(full)}; nothing was run. Save just the weights: torch.save(model.state_dict(), path).`,
  );
}

/** What calling a known name gives. */
export function callGlobal(callee: PyValue, args: PyValue, file: string): PyValue {
  const call = callee instanceof PyGlobal ? calls.get(callee.name) : undefined;
  if (call === undefined) {
    throw new GraphError(
      `${file}: expected calls that build tensors, got a call of ${kindOf(callee)}; nothing was run. Save just the weights: torch.save(model.state_dict(), path).`,
    );
  }
  const result = args instanceof PyTuple ? call(args.items) : undefined;
  if (result === undefined) {
    throw new GraphError(
      `${file}: expected the arguments that PyTorch writes for ${(callee as PyGlobal).name}, got others; the file is damaged.`,
    );
  }
  return result;
}

/** The storage that a persistent id describes: ('storage', type, key, device, length[, view]). */
export function storageFromId(id: PyValue, file: string): PyStorage {
  const [tag, type, key, , length, view] = id instanceof PyTuple ? id.items : [];
  const name = type instanceof PyGlobal ? type.name : '';
  const dtype = storages.get(name.replace(/^torch\.(cuda\.)?/, ''));
  const known = dtype !== undefined || name.endsWith('.UntypedStorage');
  const [, viewOffset, viewLength] = view instanceof PyTuple ? view.items : [];
  const whole = view === undefined || view === null;
  if (
    tag !== 'storage' ||
    !known ||
    typeof key !== 'string' ||
    !natural(length) ||
    !(whole || (natural(viewOffset) && natural(viewLength)))
  ) {
    throw new GraphError(
      `${file}: expected references to storages, got ${kindOf(tag)} of ${name === '' ? 'no type' : name}; the file is damaged.`,
    );
  }
  return new PyStorage(key, dtype, length, whole ? 0 : (viewOffset as number));
}
