/** Lists the licence of every installed dependency and fails on one that Apache-2.0 cannot ship with. */
import { readFileSync } from 'node:fs';

const ALLOWED = new Set([
  'Apache-2.0',
  'MIT',
  'MIT-0',
  'ISC',
  '0BSD',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'BlueOak-1.0.0',
  'CC0-1.0',
  'Python-2.0',
  'Unlicense',
  'Zlib',
  'LGPL-3.0-or-later', // libvips, linked dynamically by sharp as a separate package
  'MPL-2.0', // lightningcss, used by vite while developing only
]);

// Packages that state their licence as a text of its own, read and found fit.
const READ_BY_HAND = new Map([
  ['h5wasm', 'NIST'], // public service of NIST: free to use, change and pass on with its notice
]);

/** "A OR B" is fine when one is; "A AND B" when all are. */
function acceptable(expression) {
  const bare = expression.replace(/[()]/g, '');
  return bare
    .split(' OR ')
    .some((option) => option.split(' AND ').every((part) => ALLOWED.has(part.trim())));
}

const lock = JSON.parse(readFileSync('package-lock.json', 'utf8'));
const counts = new Map();
let bad = 0;
for (const [path, entry] of Object.entries(lock.packages)) {
  if (!path.startsWith('node_modules/') || entry.link) continue;
  const name = path.slice('node_modules/'.length);
  const licence = READ_BY_HAND.get(name) ?? entry.license ?? 'none stated';
  counts.set(licence, (counts.get(licence) ?? 0) + 1);
  if (!acceptable(licence) && !READ_BY_HAND.has(name)) {
    bad++;
    process.stdout.write(`not allowed: ${name}: ${licence}\n`);
  }
}
for (const [licence, count] of [...counts].sort((a, b) => b[1] - a[1])) {
  process.stdout.write(`${String(count).padStart(4)}  ${licence}\n`);
}
process.exitCode = bad > 0 ? 1 : 0;
