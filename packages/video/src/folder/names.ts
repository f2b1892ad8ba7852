/** Names of weights as they were spelt over the years, in one spelling. */

/** What a tensor is called here, or nothing where it is no weight; 1 x 1 kernels become matrices. */
export type Rename = (
  name: string,
  shape: readonly number[],
) => { readonly name: string; readonly shape: readonly number[] } | undefined;

const VAE_ATTENTION: readonly (readonly [RegExp, string])[] = [
  [/\.to_q\./, '.query.'],
  [/\.to_k\./, '.key.'],
  [/\.to_v\./, '.value.'],
  [/\.to_out\.0\./, '.proj_attn.'],
  [/\.q\./, '.query.'],
  [/\.k\./, '.key.'],
  [/\.v\./, '.value.'],
  [/\.proj_out\./, '.proj_attn.'],
];

/** diffusers 0.18 renamed the autoencoder's attention; older conversions kept 1 x 1 kernels. */
export const vaeName: Rename = (name, shape) => {
  if (!/\.mid_block\.attentions\.\d+\./.test(name)) return { name, shape };
  const found = VAE_ATTENTION.find(([from]) => from.test(name));
  const own = found ? name.replace(found[0], found[1]) : name;
  const kernel = shape.length === 4 && shape[2] === 1 && shape[3] === 1;
  return { name: own, shape: kernel ? shape.slice(0, 2) : shape };
};

/** transformers stored the positions 0, 1, 2, ... with the weights for a while. */
export const textName: Rename = (name, shape) => {
  if (/(^|\.)position_ids$/.test(name)) return undefined;
  const own = name.replace(/^(text_encoder|clip)\./, '');
  return { name: own.startsWith('text_model.') ? own : `text_model.${own}`, shape };
};

export const sameName: Rename = (name, shape) => ({ name, shape });
