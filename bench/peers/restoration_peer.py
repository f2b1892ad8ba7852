"""Non-local means and the bilateral filter of scikit-image, as peers of the denoising table.

Reads FOLDER/*.f64 (3 x side x side doubles, 0..255), writes NAME.nlm and NAME.bilateral beside
them. Usage: restoration_peer.py FOLDER SIDE SIGMA

Their strengths are the best of a grid on the six pictures that our own constants were chosen on.
"""

import sys
from pathlib import Path

import numpy as np
from skimage.restoration import denoise_bilateral, denoise_nl_means

folder, side, sigma = Path(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])
for path in sorted(folder.glob("*.f64")):
    picture = np.fromfile(path).reshape(3, side, side).transpose(1, 2, 0) / 255
    level = sigma / 255
    options = {"channel_axis": -1} if "channel_axis" in denoise_nl_means.__wrapped__.__code__.co_varnames else {}
    if not options:
        options = {"multichannel": True}
    means = denoise_nl_means(
        picture, patch_size=3 if sigma < 20 else 5, patch_distance=10, h=(0.6 if sigma < 20 else 0.5) * level, sigma=level, fast_mode=True, **options
    )
    bilateral = denoise_bilateral(
        np.clip(picture, 0, 1), sigma_color=(0.5 if sigma < 20 else 0.7) * level, sigma_spatial=2, **options
    )
    for name, result in (("nlm", means), ("bilateral", bilateral)):
        (255 * result).transpose(2, 0, 1).astype(np.float64).tofile(path.with_suffix("." + name))
