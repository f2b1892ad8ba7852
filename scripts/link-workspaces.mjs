/**
 * Links every workspace that `bandweave` bundles into its own node_modules, where npm looks
 * when it packs: the tarball then carries them, built, and needs only the registry's packages.
 * A link and not a copy, so that a checkout goes on running the one build. (A prepack script
 * could do this, but install scripts are off here and npm counts that one among them.)
 * A workspace that came with a pull, after the last install, is linked for its neighbours, too.
 */
import { existsSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const home = join(root, 'packages', 'bandweave');
const manifest = JSON.parse(readFileSync(join(home, 'package.json'), 'utf8'));

for (const name of manifest.bundleDependencies) {
  const workspace = name.replace('@bandweave/', '');
  link(join(home, 'node_modules', name), join('..', '..', '..', workspace));
  link(join(root, 'node_modules', name), join('..', '..', 'packages', workspace));
}

function link(path, target) {
  if (existsSync(path)) return;
  mkdirSync(dirname(path), { recursive: true });
  symlinkSync(target, path, 'junction');
}
