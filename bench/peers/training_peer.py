"""PyTorch's training step of rescnn, for `bench:training`: the same layers, batch and optimiser.
python3 training_peer.py BATCH SIDE BANDS SECONDS prints one JSON line. BENCH_THREADS threads (2).
"""

import json
import os
import sys
import time

try:
    import torch
    import torch.nn.functional as F
    from torch import nn
except ImportError:
    print(json.dumps({"missing": "peer missing: python3-torch"}))
    sys.exit(0)

torch.set_num_threads(int(os.environ.get("BENCH_THREADS", "2")))
batch, side, bands, least = (int(value) for value in sys.argv[1:5])
WIDTH, BLOCKS, RATIO = 32, 4, 4


class Residual(nn.Module):
    def __init__(self):
        super().__init__()
        conv = lambda a, b: nn.Conv2d(a, b, 3, padding=1)
        self.head = conv(1 + 2 * bands, WIDTH)
        self.first = nn.ModuleList(conv(WIDTH, WIDTH) for _ in range(BLOCKS))
        self.second = nn.ModuleList(conv(WIDTH, WIDTH) for _ in range(BLOCKS))
        self.tail = conv(WIDTH, bands)

    def forward(self, pan, ms, lms):
        large = F.interpolate(ms, scale_factor=RATIO, mode="nearest")
        y = F.relu(self.head(torch.cat([pan, large, lms], 1)))
        for first, second in zip(self.first, self.second):
            y = y + second(F.relu(first(y)))
        return lms + self.tail(y)


torch.manual_seed(1)
network = Residual()
adam = torch.optim.Adam(network.parameters(), lr=1e-4)
pan = torch.rand(batch, 1, side, side)
ms = torch.rand(batch, bands, side // RATIO, side // RATIO)
lms = torch.rand(batch, bands, side, side)
target = torch.rand(batch, bands, side, side)


def step():
    adam.zero_grad()
    (network(pan, ms, lms) - target).abs().mean().backward()
    adam.step()


for _ in range(3):
    step()
count, begun = 0, time.perf_counter()
while time.perf_counter() - begun < least or count < 3:
    step()
    count += 1
seconds = (time.perf_counter() - begun) / count
parameters = sum(p.numel() for p in network.parameters())
print(json.dumps({"version": torch.__version__, "seconds": seconds, "parameters": parameters}))
