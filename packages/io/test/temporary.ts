/** A folder for one test file, gone afterwards. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';

export function temporaryFolder(): {
  path: string;
  file: (name: string, data?: Uint8Array | string) => string;
} {
  const path = mkdtempSync(join(tmpdir(), 'bandweave-io-'));
  afterAll(() => rmSync(path, { recursive: true, force: true }));
  return {
    path,
    file(name, data) {
      const full = join(path, name);
      if (data !== undefined) writeFileSync(full, data);
      return full;
    },
  };
}
