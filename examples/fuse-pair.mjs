/**
 * Fuses a pair and says how good the result is, without a reference.
 *
 *   node examples/fuse-pair.mjs pan.tif ms.tif sharp.tif [method] [sensor]
 */
import { assess, fuse, isInputError } from 'bandweave';

const [pan, ms, output, method = 'mtf-glp-fs', sensor = 'generic'] = process.argv.slice(2);
if (!output) {
  console.error('usage: node examples/fuse-pair.mjs PAN MS OUT [METHOD] [SENSOR]');
  process.exit(2);
}

// Ctrl-C stops the run within a second and leaves nothing under the final name.
const stop = new AbortController();
process.once('SIGINT', () => stop.abort(new Error('interrupted')));

try {
  const result = await fuse(pan, ms, output, {
    method,
    sensor,
    compress: 'deflate',
    overwrite: true,
    signal: stop.signal,
    onMessage: (line) => console.error(line),
  });
  console.log(
    `${output}: ${result.width} x ${result.height}, ${result.bands} bands, ${result.seconds.toFixed(1)} s`,
  );

  const { indices } = await assess(output, { pan, ms }, { sensor });
  console.log(
    `HQNR ${indices.hqnr.toFixed(4)}  D_s ${indices.d_s.toFixed(4)}  D_lambda_K ${indices.d_lambda_k.toFixed(4)}`,
  );
} catch (error) {
  // What the caller can mend is one line; anything else is a fault worth a trace.
  if (!isInputError(error)) throw error;
  console.error(error.message);
  process.exitCode = 2;
}
