"""Golden figures for conventions.test.ts, by SciPy 1.10 and NumPy 1.24: run with python3.

The formulas are those of sewar 0.4 and torchmetrics 1.x, written anew with SciPy's filters.
"""
import numpy as np
from scipy.ndimage import correlate, uniform_filter
from scipy.signal import convolve2d


def scene(bands, height, width, seed):
    """The scene of test/scenes.ts."""
    out = np.zeros(bands * height * width)
    state = seed
    for i in range(out.size):
        state = (state * 1664525 + 1013904223) & 0xFFFFFFFF
        x, y = i % width, (i // width) % height
        out[i] = 1 + np.floor(900 + 600 * np.sin(x / 7) * np.cos(y / 5) + (state >> 8) % 400 + 0.5)
    return out.reshape(bands, height, width)


G = scene(3, 40, 48, 1)
P = G + (np.arange(G.size).reshape(G.shape) % 13) * 25


def box(x, n):
    return uniform_filter(x, n)


def valid(x, w):
    return convolve2d(x, w, mode='valid')


def gauss(n, s):
    x = np.arange(n) - (n - 1) / 2
    g = np.exp(-x * x / (2 * s * s))
    return np.outer(g, g) / g.sum() ** 2


def bands(f):
    return float(np.mean([f(g, p) for g, p in zip(G, P)]))


def ssim(g, p, w, pad=0, peak=2047):
    if pad:
        g, p = (np.pad(x, pad, mode='reflect') for x in (g, p))
    c1, c2 = (0.01 * peak) ** 2, (0.03 * peak) ** 2
    a, b = valid(g, w), valid(p, w)
    va, vb, c = valid(g * g, w) - a * a, valid(p * p, w) - b * b, valid(g * p, w) - a * b
    return np.mean((2 * a * b + c1) * (2 * c + c2) / ((a * a + b * b + c1) * (va + vb + c2)))


def scc(g, p):
    k = np.array([[-1, -1, -1], [-1, 8, -1], [-1, -1, -1]])
    g, p = 2 * correlate(g, k), 2 * correlate(p, k)
    f = lambda x: convolve2d(x, np.ones((8, 8)) / 64, mode='same')
    a, b = f(g), f(p)
    va, vb, c = f(g * g) - a * a, f(p * p) - b * b, f(g * p) - a * b
    d = np.sqrt(np.maximum(va, 0)) * np.sqrt(np.maximum(vb, 0))
    return np.mean(np.where(d == 0, 0, c / np.where(d == 0, 1, d)))


def sewar_uqi(g, p):
    a, b, aa, bb, ab = (box(x, 8) for x in (g, p, g * g, p * p, g * p))
    q = 4 * (64 * ab - a * b) * a * b / ((64 * (aa + bb) - a * a - b * b) * (a * a + b * b))
    return np.mean(q[4:-4, 4:-4])


def torch_uqi(g, p):
    w = gauss(11, 1.5)
    a, b = valid(g, w), valid(p, w)
    va, vb, c = valid(g * g, w) - a * a, valid(p * p, w) - b * b, valid(g * p, w) - a * b
    return np.mean(4 * a * b * c / ((a * a + b * b) * (va + vb)))


def rase(means):
    errors = np.mean([box((g - p) ** 2, 8) for g, p in zip(G, P)], axis=0)
    return float(np.mean((100 / (means.mean(0) / 64) * np.sqrt(errors))[4:-4, 4:-4]))


def contrast(g, p, w, peak=2047):
    c2 = (0.03 * peak) ** 2
    a, b = valid(g, w), valid(p, w)
    va, vb, c = valid(g * g, w) - a * a, valid(p * p, w) - b * b, valid(g * p, w) - a * b
    return np.mean((2 * c + c2) / (va + vb + c2))


def ms_ssim(weights):
    w = gauss(11, 1.5)
    g, p = G, P
    out = 1
    for i, weight in enumerate(weights):
        f = ssim if i == len(weights) - 1 else contrast
        out *= np.mean([f(x, y, w) for x, y in zip(g, p)]) ** weight
        # Bands first here; a box is the same in any order of axes.
        g, p = (uniform_filter(x, 2)[:, ::2, ::2] for x in (g, p))
    return float(out)


mse = ((G - P) ** 2).mean((1, 2))
relative = np.sqrt(np.mean(mse / G.mean((1, 2)) ** 2))
angle = lambda a, b, axis: np.arccos(
    (a * b).sum(axis) / np.sqrt((a * a).sum(axis) * (b * b).sum(axis)))
print('sewar', {
    'sam': float(angle(G, P, (1, 2)).mean()),
    'ergas': float(400 * relative),
    'scc': bands(scc),
    'ssim': bands(lambda g, p: ssim(g, p, np.ones((11, 11)) / 121)),
    'q': bands(sewar_uqi),
    'rase': rase(np.moveaxis(uniform_filter(np.moveaxis(G, 0, 2), 8), 2, 0)),
})
print('torchmetrics', {
    'sam': float(angle(G, P, 0).mean()),
    'ergas': float(25 * relative),
    'scc': bands(scc),
    'ssim': bands(lambda g, p: ssim(g, p, gauss(11, 1.5), pad=5)),
    'q': bands(torch_uqi),
    'rase': rase(np.array([box(g, 8) for g in G])),
})
print('MS-SSIM', ms_ssim([0.0448]), ms_ssim([0.0448, 0.2856]))
