/** `fuse-hs GUIDE CUBE -o OUT`: a cube of many bands sharpened by a guide of a few. */

import type { Command } from 'commander';
import { type FuseFlags, withFuseFlags } from '../options/fuse.js';
import { withExample, withRunFlags } from '../options/run.js';
import { integer } from '../options/values.js';
import { fuseVerb } from './fuse.js';

export function register(program: Command): Command {
  const command = program
    .command('fuse-hs')
    .description(
      'Sharpens a hyperspectral cube with a guide of one or more sharp bands; writes a GeoTIFF.\n' +
        'Each band gets a PAN made of the guide (--guide), then any classical method sharpens it;\n' +
        'cnmf unmixes cube and guide together, networks (--weights) see all bands at once.',
    )
    .argument('<guide>', 'the sharp bands: colour, multispectral or panchromatic')
    .argument('<cube>', 'the coarse bands: GeoTIFF, ENVI, MAT, HDF5 or NPY')
    .action((guide: string, cube: string, flags: FuseFlags) =>
      fuseVerb(guide, [cube], { ...flags, method: flags.method ?? 'mtf-glp-hpm' }),
    );
  const all = withFuseFlags(command)
    .option(
      '--response <which>',
      'of cnmf: a sensor or FILE[,name=NAME][,band=N+M] (default: estimated from the pair)',
    )
    .option('--wavelengths <file>', "the cube's in nm, where it does not state them")
    .option(
      '--endmembers <n>',
      'of cnmf: spectra to unmix into (default: 30)',
      integer('--endmembers', [1, 500]),
    );
  return withExample(
    withRunFlags(all),
    'bandweave fuse-hs ali.tif hyperion.tif -o sharp.tif',
    'bandweave fuse-hs rgb.tif cube.hdr -o sharp.tif --method gsa --guide select',
    'bandweave fuse-hs ikonos.tif cube.hdr -o sharp.tif --method cnmf --response ikonos',
    'bandweave fuse-hs ali.tif hyperion.tif -o sharp.tif --method feinfn --weights ali.safetensors',
    'bandweave fuse-hs rgb.h5,array=RGB,index=0 cube.h5,array=LRHSI,index=0 -o sharp.tif',
  );
}
