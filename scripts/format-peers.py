"""Round trips of every raster format against other programs: NumPy, SciPy, h5py, Octave and GDAL.

Writes files with them, reads these with `bandweave convert`, and the other way round; prints one
line a case and ends with 1 where one differs. Run from the repository's root after a build:

    /usr/bin/python3 scripts/format-peers.py [FOLDER]

Debian: python3-numpy python3-scipy python3-h5py octave gdal-bin.
"""

import os
import shutil
import subprocess
import sys
import tempfile

import h5py
import numpy as np
import scipy.io

FOLDER = sys.argv[1] if len(sys.argv) > 1 else tempfile.mkdtemp()
COMMAND = ['node', 'packages/bandweave/bin/bandweave.js']
TYPES = ['uint8', 'int8', 'uint16', 'int16', 'uint32', 'int32', 'float32', 'float64']
ENVI = {'uint8': 1, 'int16': 2, 'int32': 3, 'float32': 4, 'float64': 5, 'uint16': 12, 'uint32': 13}
BANDS, HEIGHT, WIDTH = 5, 37, 53
random = np.random.default_rng(7)
failures = 0


def cube(kind):
    if np.issubdtype(kind, np.floating):
        return random.normal(size=(BANDS, HEIGHT, WIDTH)).astype(kind)
    limits = np.iinfo(kind)
    return random.integers(limits.min, limits.max, (BANDS, HEIGHT, WIDTH), kind, endpoint=True)


def at(name):
    return os.path.join(FOLDER, name)


def convert(source, target, *options):
    done = subprocess.run(
        [*COMMAND, 'convert', source, '-o', target, '--overwrite', '-q', *options],
        capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(done.stderr.strip())


def check(name, expected, found):
    global failures
    try:
        same = np.array_equal(np.asarray(expected), np.asarray(found() if callable(found) else found))
        note = '' if same else 'differs'
    except Exception as error:  # what a case can't do is its result
        same, note = False, str(error)
    failures += not same
    print('same  ' if same else 'FAILED', name, note)


def read(spec):
    convert(spec, at('read.npy'))
    return np.load(at('read.npy'))


def write_envi(name, data, interleave, big):
    order = {'bsq': (0, 1, 2), 'bil': (1, 0, 2), 'bip': (1, 2, 0)}[interleave]
    stored = data.transpose(order).astype(data.dtype.newbyteorder('>' if big else '<'))
    with open(at(name + '.dat'), 'wb') as file:
        file.write(b'x' * 11)
        file.write(stored.tobytes())
    with open(at(name + '.hdr'), 'w') as file:
        file.write(f'ENVI\nsamples = {WIDTH}\nlines = {HEIGHT}\nbands = {BANDS}\nheader offset = 11\n'
                   f'data type = {ENVI[str(data.dtype)]}\ninterleave = {interleave.upper()}\n'
                   f'byte order = {int(big)}\nwavelength units = Micrometers\n'
                   'wavelength = {0.45, 0.55,\n 0.65, 0.85, 1.6}\nbbl = {1, 1, 0, 1, 1}\n')


for kind in ENVI:
    for interleave in ['bsq', 'bil', 'bip']:
        for big in [False, True]:
            data = cube(kind)
            name = f'envi-{kind}-{interleave}-{"big" if big else "little"}'
            write_envi(name, data, interleave, big)
            check(f'{name}, read', data, lambda: read(at(name + '.hdr')))

for kind in TYPES:
    data = cube(kind)
    np.save(at('c.npy'), data)
    check(f'npy {kind}, read', data, lambda: read(at('c.npy')))
    np.save(at('f.npy'), np.asfortranarray(data))
    check(f'npy {kind} Fortran, read', data, lambda: read(at('f.npy')))
    np.save(at('b.npy'), data.astype(data.dtype.newbyteorder('>')))
    check(f'npy {kind} big-endian, read', data, lambda: read(at('b.npy')))
    np.savez_compressed(at('z.npz'), ms=data, pan=data[0])
    check(f'npz {kind}, read', data, lambda: read(at('z.npz') + ',array=ms'))
    for packed in [False, True]:
        scipy.io.savemat(at('m.mat'), {'ms': data.transpose(1, 2, 0), 'note': 'text'}, do_compression=packed)
        check(f'mat v5 {kind} packed {packed}, read', data, lambda: read(at('m.mat')))
    with h5py.File(at('h.h5'), 'w') as file:
        file['gt'] = np.stack([data, data + 1])
        file.create_dataset('ms', data=data, chunks=(2, 16, 16), compression='gzip', shuffle=True)
        file['far'] = h5py.ExternalLink('other.h5', '/x')
    check(f'hdf5 {kind}, read', data, lambda: read(at('h.h5') + ',array=ms'))
    check(f'hdf5 {kind} one of several, read', data + 1, lambda: read(at('h.h5') + ',array=gt,index=1'))
    with h5py.File(at('v73.mat'), 'w', userblock_size=512) as file:
        file['ms'] = data.transpose(0, 2, 1)
    with open(at('v73.mat'), 'r+b') as file:
        file.write(b'MATLAB 7.3 MAT-file'.ljust(124) + bytes([0, 2]) + b'IM')
    check(f'mat v7.3 {kind}, read', data, lambda: read(at('v73.mat')))

    convert(at('c.npy'), at('w.mat'))
    check(f'mat v5 {kind}, written', data,
          lambda: scipy.io.loadmat(at('w.mat'))['data'].transpose(2, 0, 1))
    convert(at('c.npy'), at('w.h5'))
    check(f'hdf5 {kind}, written', data, lambda: h5py.File(at('w.h5'))['data'][:])
    if kind in ENVI:
        for interleave in ['bsq', 'bil', 'bip']:
            convert(at('c.npy'), at('w.hdr'), '--interleave', interleave)
            subprocess.run(['gdal_translate', '-q', '-of', 'GTiff', at('w.img'), at('w.tif')], check=True)
            check(f'envi {kind} {interleave}, written, read by GDAL', data, lambda: read(at('w.tif')))

if shutil.which('octave-cli'):
    for option in ['-v6', '-v7']:
        script = f"x = reshape(single(0:{BANDS * HEIGHT * WIDTH - 1}), {HEIGHT}, {WIDTH}, {BANDS}); save('{option}', '{at('o.mat')}', 'x');"
        subprocess.run(['octave-cli', '--eval', script], check=True, capture_output=True)
        expected = np.arange(BANDS * HEIGHT * WIDTH, dtype='float32').reshape(BANDS, WIDTH, HEIGHT).transpose(0, 2, 1)
        check(f'mat of Octave {option}, read', expected, lambda: read(at('o.mat')))
    convert(at('o.mat'), at('w.mat'))
    subprocess.run(['octave-cli', '--eval', f"load('{at('w.mat')}'); save('-v6', '{at('o2.mat')}', 'data');"],
                   check=True, capture_output=True)
    check('mat v5, written, read by Octave', expected, lambda: read(at('o2.mat')))

print(f'{failures} failed')
sys.exit(1 if failures else 0)
