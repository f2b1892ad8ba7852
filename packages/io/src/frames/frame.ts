/** A clip in memory: pictures of one size, one after the other. */

export interface Frame {
  readonly width: number;
  readonly height: number;
  /** [height, width, 3], 8 bits a sample. */
  readonly data: Uint8Array;
}

/** Names that end in digits in the order of their numbers: frame_2 before frame_10. */
export function byNumber(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true });
}

/** Endings of films that only the system's ffmpeg reads and writes. */
export const FILM = /\.(mp4|m4v|mov|webm|mkv|avi)$/i;
/** Endings of pictures that move. */
export const MOVING = /\.(gif|webp)$/i;
