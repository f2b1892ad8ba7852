/**
 * TIFF's predictors, done and undone in place: 2 differences along a row (TIFF 6.0 section 14),
 * 3 differences between the bytes of floats sorted by significance (Adobe's technical note 3).
 */

export interface PredictedRows {
  /** Samples a pixel in this block. */
  readonly stride: number;
  /** Samples a row: pixels times stride. */
  readonly rowLength: number;
}

export type IntegerSamples = Uint8Array | Uint16Array | Uint32Array | BigUint64Array;

/** Sums up the differences of predictor 2; sums wrap around as unsigned integers do. */
export function undoDifferences(
  samples: IntegerSamples,
  { stride, rowLength }: PredictedRows,
): void {
  if (samples instanceof BigUint64Array) {
    undoWide(samples, { stride, rowLength });
    return;
  }
  for (let row = 0; row < samples.length; row += rowLength) {
    const end = Math.min(row + rowLength, samples.length);
    for (let i = row + stride; i < end; i++) samples[i] += samples[i - stride];
  }
}

function undoWide(samples: BigUint64Array, { stride, rowLength }: PredictedRows): void {
  for (let row = 0; row < samples.length; row += rowLength) {
    const end = Math.min(row + rowLength, samples.length);
    for (let i = row + stride; i < end; i++) samples[i] += samples[i - stride];
  }
}

/** Takes the differences of predictor 2. */
export function takeDifferences(
  samples: Uint8Array | Uint16Array | Uint32Array,
  { stride, rowLength }: PredictedRows,
): void {
  for (let row = 0; row < samples.length; row += rowLength) {
    for (let i = row + rowLength - 1; i >= row + stride; i--) samples[i] -= samples[i - stride];
  }
}

/**
 * Undoes predictor 3: a row of n floats is stored as all their highest bytes, then all their
 * second bytes and so on, as differences between bytes `stride` apart. Leaves little-endian floats.
 */
export function undoFloatDifferences(
  bytes: Uint8Array,
  { stride, rowLength }: PredictedRows,
  width: 2 | 4 | 8,
): void {
  const rowBytes = rowLength * width;
  const sorted = new Uint8Array(rowBytes);
  for (let row = 0; row + rowBytes <= bytes.length; row += rowBytes) {
    sorted.set(bytes.subarray(row, row + rowBytes));
    for (let i = stride; i < rowBytes; i++) sorted[i] += sorted[i - stride];
    for (let b = 0; b < width; b++) {
      const plane = (width - 1 - b) * rowLength;
      for (let i = 0, to = row + b; i < rowLength; i++, to += width) bytes[to] = sorted[plane + i];
    }
  }
}

/** Predictor 3 on little-endian floats, in place. */
export function takeFloatDifferences(
  bytes: Uint8Array,
  { stride, rowLength }: PredictedRows,
  width: 4 | 8,
): void {
  const rowBytes = rowLength * width;
  const sorted = new Uint8Array(rowBytes);
  for (let row = 0; row < bytes.length; row += rowBytes) {
    for (let b = 0; b < width; b++) {
      const plane = (width - 1 - b) * rowLength;
      for (let i = 0, from = row + b; i < rowLength; i++, from += width) {
        sorted[plane + i] = bytes[from];
      }
    }
    for (let i = rowBytes - 1; i >= stride; i--) sorted[i] -= sorted[i - stride];
    bytes.set(sorted, row);
  }
}
