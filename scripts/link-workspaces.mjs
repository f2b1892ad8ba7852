/**
 * Links every workspace that `bandweave` bundles into its own node_modules, where npm looks
 * when it packs: the tarball then carries them, built, and needs only the registry's packages.
 * A link and not a copy, so that a checkout goes on running the one build. (A prepack script
 * could do this, but install scripts are off here and npm counts that one among them.)
 */
import { existsSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const home = fileURLToPath(new URL('../packages/bandweave', import.meta.url));
const manifest = JSON.parse(readFileSync(join(home, 'package.json'), 'utf8'));

for (const name of manifest.bundleDependencies) {
  const link = join(home, 'node_modules', name);
  if (existsSync(link)) continue;
  mkdirSync(dirname(link), { recursive: true });
  symlinkSync(join('..', '..', '..', name.replace('@bandweave/', '')), link, 'junction');
}
