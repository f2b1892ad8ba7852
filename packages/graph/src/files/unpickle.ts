/**
 * A pickle machine that can build plain values and tensors only. It has no way to import, call
 * or construct anything else: a pickle that asks for it is refused, and the name is said.
 * Opcodes: Python's pickletools, protocols 2 to 5.
 */

import { GraphError } from '../errors.js';
import { quote } from './one-line.js';
import { PickleCursor } from './pickle-cursor.js';
import { kindOf, PyDict, PyList, PyTuple, type PyValue } from './pickle-values.js';
import { callGlobal, findGlobal, storageFromId } from './torch-globals.js';

const maxStack = 1 << 20;
const maxMarks = 1000;
const maxMemo = 1 << 20;
// About 30 opcodes make a tensor; each may make an object, so this bounds the memory too.
const maxSteps = 1 << 21;

/** Opcodes that construct things other than plain values. */
const refused: ReadonlyMap<number, string> = new Map([
  [0x6f, 'OBJ'],
  [0x81, 'NEWOBJ'],
  [0x92, 'NEWOBJ_EX'],
  [0x82, 'EXT1'],
  [0x83, 'EXT2'],
  [0x84, 'EXT4'],
]);

class Machine {
  private stack: PyValue[] = [];
  private readonly marks: PyValue[][] = [];
  private readonly memo = new Map<number, PyValue>();

  constructor(
    private readonly cursor: PickleCursor,
    private readonly file: string,
  ) {}

  push(value: PyValue): void {
    if (this.stack.length >= maxStack) this.cursor.fail(`at most ${maxStack} values`, 'more');
    this.stack.push(value);
  }

  pop(): PyValue {
    const value = this.stack.pop();
    return value === undefined ? this.cursor.fail('a value on the stack', 'an empty one') : value;
  }

  top(): PyValue {
    const value = this.stack.at(-1);
    return value === undefined ? this.cursor.fail('a value on the stack', 'an empty one') : value;
  }

  mark(): void {
    if (this.marks.length >= maxMarks) this.cursor.fail(`at most ${maxMarks} marks`, 'more');
    this.marks.push(this.stack);
    this.stack = [];
  }

  /** Everything since the last mark. */
  popMark(): PyValue[] {
    const items = this.stack;
    this.stack = this.marks.pop() ?? this.cursor.fail('a mark', 'none');
    return items;
  }

  tuple(n: number): void {
    if (this.stack.length < n) this.cursor.fail(`${n} values`, String(this.stack.length));
    this.push(new PyTuple(this.stack.splice(this.stack.length - n, n)));
  }

  put(index: number): void {
    if (this.memo.size >= maxMemo) this.cursor.fail(`at most ${maxMemo} memo entries`, 'more');
    this.memo.set(index, this.top());
  }

  memoize(): void {
    this.put(this.memo.size);
  }

  get(index: number): void {
    const value = this.memo.get(index);
    this.push(value === undefined ? this.cursor.fail('a known memo entry', String(index)) : value);
  }

  append(items: readonly PyValue[]): void {
    const list = this.top();
    if (!(list instanceof PyList)) this.cursor.fail('a list to append to', kindOf(list));
    for (const item of items) list.items.push(item);
  }

  set(items: readonly PyValue[]): void {
    const dict = this.top();
    if (!(dict instanceof PyDict)) this.cursor.fail('a dict to set items in', kindOf(dict));
    if (items.length % 2 !== 0) this.cursor.fail('keys with values', 'an odd number of items');
    for (let i = 0; i < items.length; i += 2) dict.entries.set(items[i]!, items[i + 1]!);
  }

  list(items: readonly PyValue[]): void {
    this.push(new PyList());
    this.append(items);
  }

  dict(items: readonly PyValue[]): void {
    this.push(new PyDict());
    this.set(items);
  }

  stackGlobal(): void {
    const name = this.pop();
    const module = this.pop();
    if (typeof name !== 'string' || typeof module !== 'string') {
      this.cursor.fail('two strings to name a global', `${kindOf(module)} and ${kindOf(name)}`);
    }
    this.push(findGlobal(module, name, this.file));
  }

  global(): void {
    const module = this.cursor.line();
    this.push(findGlobal(module, this.cursor.line(), this.file));
  }

  reduce(): void {
    const args = this.pop();
    this.push(callGlobal(this.pop(), args, this.file));
  }

  /** State of an object: PyTorch gives its OrderedDict the attribute `_metadata`, which is let go. */
  build(): void {
    const state = this.pop();
    const target = this.top();
    if (target instanceof PyDict && state instanceof PyDict) return;
    this.refuse('BUILD', `${kindOf(state)} as the state of ${kindOf(target)}`);
  }

  refuse(opcode: string, what: string): never {
    throw new GraphError(
      `${this.file}: expected tensors and plain values only, got the pickle opcode ${opcode} with ${what}; nothing was run. Save just the weights: torch.save(model.state_dict(), path).`,
    );
  }

  /** Runs one opcode; false at the end of the pickle. */
  step(opcode: number): boolean {
    const c = this.cursor;
    switch (opcode) {
      case 0x2e: // STOP
        return false;
      case 0x80: // PROTO
        if (c.u8() > 5) c.fail('a protocol up to 5', 'a later one');
        break;
      case 0x95: // FRAME
        c.u64();
        break;
      case 0x28:
        this.mark();
        break;
      case 0x30: // POP, which also takes a mark back
        if (this.stack.length === 0) this.popMark();
        else this.pop();
        break;
      case 0x31:
        this.popMark();
        break;
      case 0x32: // DUP
        this.push(this.top());
        break;
      case 0x4e:
        this.push(null);
        break;
      case 0x88:
        this.push(true);
        break;
      case 0x89:
        this.push(false);
        break;
      case 0x4b: // BININT1
        this.push(c.u8());
        break;
      case 0x4d: // BININT2
        this.push(c.u16());
        break;
      case 0x4a: // BININT
        this.push(c.i32());
        break;
      case 0x8a: // LONG1
        this.push(c.long(c.u8()));
        break;
      case 0x8b: // LONG4
        this.push(c.long(c.u32()));
        break;
      case 0x47: // BINFLOAT
        this.push(c.f64());
        break;
      case 0x8c: // SHORT_BINUNICODE
      case 0x55: // SHORT_BINSTRING, of Python 2
        this.push(c.text(c.u8()));
        break;
      case 0x58: // BINUNICODE
      case 0x54: // BINSTRING, of Python 2
        this.push(c.text(c.u32()));
        break;
      case 0x8d: // BINUNICODE8
        this.push(c.text(c.u64()));
        break;
      case 0x7d:
        this.push(new PyDict());
        break;
      case 0x5d:
        this.push(new PyList());
        break;
      case 0x29:
        this.tuple(0);
        break;
      case 0x85:
      case 0x86:
      case 0x87:
        this.tuple(opcode - 0x84);
        break;
      case 0x74:
        this.push(new PyTuple(this.popMark()));
        break;
      case 0x6c:
        this.list(this.popMark());
        break;
      case 0x64:
        this.dict(this.popMark());
        break;
      case 0x61:
        this.append([this.pop()]);
        break;
      case 0x65:
        this.append(this.popMark());
        break;
      case 0x73: {
        const value = this.pop();
        this.set([this.pop(), value]);
        break;
      }
      case 0x75:
        this.set(this.popMark());
        break;
      case 0x71:
        this.put(c.u8());
        break;
      case 0x72:
        this.put(c.u32());
        break;
      case 0x94:
        this.memoize();
        break;
      case 0x68:
        this.get(c.u8());
        break;
      case 0x6a:
        this.get(c.u32());
        break;
      case 0x63:
        this.global();
        break;
      case 0x93:
        this.stackGlobal();
        break;
      case 0x52:
        this.reduce();
        break;
      case 0x62:
        this.build();
        break;
      case 0x51: // BINPERSID
        this.push(storageFromId(this.pop(), this.file));
        break;
      case 0x69: {
        // INST
        const module = c.line();
        return this.refuse('INST', quote(`${module}.${c.line()}`));
      }
      default: {
        const name = refused.get(opcode);
        if (name !== undefined) this.refuse(name, this.classBelow(opcode));
        c.fail('opcodes that PyTorch writes', `0x${opcode.toString(16).padStart(2, '0')}`);
      }
    }
    return true;
  }

  /** What OBJ, NEWOBJ or NEWOBJ_EX would construct. */
  private classBelow(opcode: number): string {
    const depth = opcode === 0x92 ? 3 : 2;
    return kindOf(opcode === 0x6f ? this.stack[0] : this.stack.at(-depth));
  }
}

/**
 * The value of the pickle that begins at `start`, and where it ends.
 *
 * @throws PickleEnd where the bytes end first, GraphError for anything not allowed
 */
export function unpickle(
  bytes: Uint8Array,
  { file, start = 0 }: { readonly file: string; readonly start?: number },
): { readonly value: PyValue; readonly end: number } {
  const cursor = new PickleCursor(bytes, file, start);
  const machine = new Machine(cursor, file);
  for (let steps = 1; machine.step(cursor.u8()); steps++) {
    if (steps >= maxSteps) cursor.fail(`at most ${maxSteps} opcodes`, 'more');
  }
  return { value: machine.pop(), end: cursor.pos };
}
