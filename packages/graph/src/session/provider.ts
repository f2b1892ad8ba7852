/** 'cpu', 'cuda' and 'webgpu' in Node; 'wasm' and 'webgpu' in a browser. */
export type Provider = 'cpu' | 'cuda' | 'wasm' | 'webgpu';
