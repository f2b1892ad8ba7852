/** Weights as they ship: half precision. `node scripts/ship-weights.mjs IN OUT` */
import { statSync } from 'node:fs';
import { loadStateDict } from '@bandweave/graph';
import { readMetadata } from '@bandweave/models';
import { writeWeights } from '@bandweave/training';

const [from, to] = process.argv.slice(2);
const { tensors, metadata } = await loadStateDict(from);
await writeWeights(to, tensors, { ...readMetadata(metadata, from), precision: 'F16' });
process.stdout.write(`${to}: ${statSync(to).size} bytes\n`);
