/**
 * The HDF5 library (WebAssembly) on one file at a time: it sees a file system of its own in which
 * nothing but that file exists, and reads of it only what it asks for. So a file cannot lead it
 * to others, by external links or otherwise.
 */

import { closeSync, fstatSync, openSync, readSync, writeSync } from 'node:fs';
import { InputError } from '@bandweave/image';
import { reason } from '../bytes/file.js';

export type Hdf5 = typeof import('h5wasm');
export type Hdf5File = InstanceType<Hdf5['File']>;

interface StreamOps {
  read(s: unknown, into: Uint8Array, offset: number, length: number, position: number): number;
  write(s: unknown, from: Uint8Array, offset: number, length: number, position: number): number;
}

/** What the library's file system keeps of a file. */
interface FileNode {
  usedBytes: number;
  stream_ops: StreamOps;
}

interface FileSystem {
  createFile(parent: string, name: string, p: object, read: boolean, write: boolean): FileNode;
  unlink(path: string): void;
}

export interface Mounted {
  readonly hdf5: Hdf5;
  readonly file: Hdf5File;
  close(): void;
}

let mounts = 0;

/** Opens the file for reading, or makes a new one in its place. */
export async function mountHdf5(path: string, mode: 'read' | 'create'): Promise<Mounted> {
  const hdf5 = await import('h5wasm');
  const module = (await hdf5.ready) as unknown as {
    FS: FileSystem;
    activate_throwing_error_handler(): void;
  };
  const { FS } = module;
  // Left alone the library prints a page of its own calls for every broken file.
  module.activate_throwing_error_handler();
  const handle = openFor(path, mode);
  const name = `file-${++mounts}.h5`;
  const node = FS.createFile('/', name, {}, true, mode === 'create');
  node.usedBytes = mode === 'create' ? 0 : fstatSync(handle).size;
  node.stream_ops = {
    ...node.stream_ops,
    read: (_, into, offset, length, position) => {
      const most = Math.max(0, Math.min(length, node.usedBytes - position));
      return readSync(handle, into, offset, most, position);
    },
    write: (_, from, offset, length, position) => {
      const done = writeSync(handle, from, offset, length, position);
      node.usedBytes = Math.max(node.usedBytes, position + done);
      return done;
    },
  };
  const unmount = () => {
    FS.unlink(`/${name}`);
    closeSync(handle);
  };
  try {
    const file = new hdf5.File(`/${name}`, mode === 'create' ? 'w' : 'r');
    if (Number(file.file_id) < 0) throw new Error('no HDF5 file');
    return {
      hdf5,
      file,
      close: () => {
        file.close();
        unmount();
      },
    };
  } catch (error) {
    unmount();
    throw new InputError(
      `${path}: expected a whole HDF5 file, got one that cannot be opened; check it with h5dump or fetch it again.`,
      { cause: error },
    );
  }
}

function openFor(path: string, mode: 'read' | 'create'): number {
  try {
    return openSync(path, mode === 'create' ? 'w+' : 'r');
  } catch (error) {
    const what = mode === 'create' ? 'a place that can be written' : 'a file that can be read';
    throw new InputError(
      `${path}: expected ${what}, got ${reason(error as NodeJS.ErrnoException)}.`,
      { cause: error },
    );
  }
}
