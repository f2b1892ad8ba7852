/**
 * Small files written by other programs, from the same array: int16 0 to 23 of 3 rows, 4 columns
 * and 2 bands, the band varying fastest. SciPy 1.10 (MAT), NumPy 1.24 (NPZ), h5py 3.7 (HDF5,
 * which holds ms [2, 3, 4] of uint16 0 to 23, pan [3, 4] of float32 0 to 2.75 and a link to
 * another file).
 */
import { inflateSync } from 'node:zlib';

const bytes = (base64: string) => new Uint8Array(Buffer.from(base64, 'base64'));

/** Variables ms and note (text), as they are. */
export const MAT_PLAIN = bytes(
  'TUFUTEFCIDUuMCBNQVQtZmlsZSBQbGF0Zm9ybTogcG9zaXgsIENyZWF0ZWQgb246IFN1biBOb3YgMjIgMjE6MTA6MjYgMjAy' +
    'NgAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAABSU0OAAAAaAAAAAYAAAAIAAAA' +
    'CgAAAAAAAAAFAAAADAAAAAMAAAAEAAAAAgAAAAAAAAABAAIAbXMAAAMAAAAwAAAAAAAIABAAAgAKABIABAAMABQABgAOABYA' +
    'AQAJABEAAwALABMABQANABUABwAPABcADgAAADAAAAAGAAAACAAAAAQAAAAAAAAABQAAAAgAAAABAAAAAgAAAAEABABub3Rl' +
    'EAACAGhpAAA=',
);

/** The same, packed. */
export const MAT_PACKED = bytes(
  'TUFUTEFCIDUuMCBNQVQtZmlsZSBQbGF0Zm9ybTogcG9zaXgsIENyZWF0ZWQgb246IFN1biBOb3YgMjIgMjE6MTA6MjYgMjAy' +
    'NgAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAABSU0PAAAATAAAAHicLYzJCYBQ' +
    'EMXi/t13bcOyvHiyfzCoA4EhhNcBp+QSpOK7TBpJJJX495HfdX/+eE1g0FVMdg2LSx2bXcloVTO71bJS0LPzAJtFAtMPAAAA' +
    'KwAAAHic42NgYDAAYjYg5gBiFgYIYIXyGYGYCUyzMOTll6QKAHkZmQwMACeZAv8=',
);

export const NPZ = bytes(
  'UEsDBBQAAAAIAAAAIQA4s4I7eQAAALAAAAAGABQAbXMubnB5AQAQALAAAAAAAAAAeQAAAAAAAACb7BfqGxDJyFDGUK2eklqc' +
    'XKRupaBuk2mkrqOgnpZfVFKUmBefX5SSChJ3S8wpTgWKF2ckFqQC+RrGOgomOgpGmjoKtQrkAS4GBkYGJgZmBhYGVgY2BnYG' +
    'DgZOBi4GbgYeBl4GPgZ+BgEGQQYhBmEGEQZRBjEGcQYAUEsBAhQDFAAAAAgAAAAhADizgjt5AAAAsAAAAAYAAAAAAAAAAAAA' +
    'AIABAAAAAG1zLm5weVBLBQYAAAAAAQABADQAAACxAAAAAAA=',
);

export const HDF5 = new Uint8Array(
  inflateSync(
    bytes(
      'eNrtlTFLw0AYht/vLo3n2dS0VqMuZuieDM41StFugqOTQSuCKMUU7GZXF2fHgtDfIQiu/oX+AAf/Qf2UawmROne4B958ufe4' +
        '475veR/brUNPb2upFKZMDGfGio3feOqNjtutExEenMrrvPqilj84RQsQ4HrgIm6yN3OPW/kxZDe9/SDjbLGjEnmZ3vlA1Omd' +
        'R900y+4vEPWBTczlq3O0//skAtEuICSRMHvSVMfUeb4sg/zZvo8Sv1pqxR05hMII8IyF5eXqczybRYP7EUR/ei2u66BquGPW' +
        'IQKF4IH/8jOIizMYYuEJJu8eLBaLxfIfHM0cCw5KcLHEebcMjRWU4aGCVY7DKmpYQx3r2EBgzgya/NkDEtaANWS9ssYsJByi' +
        'rJAVJ9+9JUFq',
    ),
  ),
);
