/** The verbs: one line each here, so that only the verb that runs is loaded. */

import type { Command } from 'commander';

interface VerbEntry {
  readonly summary: string;
  readonly load: () => Promise<{ readonly register: (program: Command) => Command }>;
}

export const VERBS: Readonly<Record<string, VerbEntry>> = {
  demo: {
    summary: 'a made scene, fused three ways, with a picture and a report: begin here',
    load: () => import('./verbs/demo.js'),
  },
  fuse: {
    summary: 'sharpen multispectral bands with a panchromatic one',
    load: () => import('./verbs/fuse.js'),
  },
  'fuse-hs': {
    summary: 'sharpen a hyperspectral cube with a colour, multispectral or panchromatic guide',
    load: () => import('./verbs/fuse-hs.js'),
  },
  assess: {
    summary: 'quality indices of a fused image, with a reference or without',
    load: () => import('./verbs/assess.js'),
  },
  compare: {
    summary: 'many methods on a pair: one table, one report',
    load: () => import('./verbs/compare.js'),
  },
  simulate: {
    summary: "reduced-resolution pairs with their reference, by Wald's protocol",
    load: () => import('./verbs/simulate.js'),
  },
  adapt: {
    summary: 'fine-tune a network on the scene itself',
    load: () => import('./verbs/adapt.js'),
  },
  train: {
    summary: 'train a network on pairs of images',
    load: () => import('./verbs/train.js'),
  },
  denoise: {
    summary: 'take the noise off a picture or scene, whole colours at once',
    load: () => import('./verbs/denoise.js'),
  },
  deblur: {
    summary: 'sharpen a picture or scene whose blur is known',
    load: () => import('./verbs/deblur.js'),
  },
  upscale: {
    summary: 'enlarge a picture or scene by a super-resolution network',
    load: () => import('./verbs/upscale.js'),
  },
  analyze: {
    summary: 'what a network or method does to frequencies',
    load: () => import('./verbs/analyze.js'),
  },
  animate: {
    summary: 'tell one clip anew by a text',
    load: () => import('./verbs/animate.js'),
  },
  convert: {
    summary: 'weights to safetensors; rasters to GeoTIFF or PNG',
    load: () => import('./verbs/convert.js'),
  },
  export: {
    summary: 'a network with its weights as an ONNX file',
    load: () => import('./verbs/export.js'),
  },
  info: {
    summary: 'what a file is, in one screen',
    load: () => import('./verbs/info.js'),
  },
  methods: {
    summary: 'the fusion methods there are',
    load: () => import('./verbs/methods.js'),
  },
  sensors: {
    summary: 'the sensors that are known',
    load: () => import('./verbs/sensors.js'),
  },
};
