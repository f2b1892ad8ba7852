#!/usr/bin/env node
/** The command. In a checkout it first sees to it that the build is there and fresh. */
import { existsSync } from 'node:fs';

const workspace = new URL('../../../', import.meta.url);
const inCheckout =
  existsSync(new URL('tsconfig.json', workspace)) && existsSync(new URL('../src', import.meta.url));

if (inCheckout) {
  const { ensureBuilt } = await import('./build.js');
  await ensureBuilt(workspace);
}
if (process.exitCode === undefined) {
  const { main } = await import('@bandweave/cli');
  process.exitCode = await main(process.argv.slice(2));
}
