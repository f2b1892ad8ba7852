"""Writes packages/graph/test/optim/fixtures/torch-optim.json: what PyTorch's optimisers and
schedules give for fixed gradients. Run with Debian's python3-torch: python3 scripts/make-optim-golden.py
"""

import json
import platform
from pathlib import Path

import torch

SEED = 20
STEPS = 6
torch.manual_seed(SEED)
torch.set_num_threads(1)
start = [torch.randn(2, 3), torch.randn(4)]
gradients = [[torch.randn(2, 3), torch.randn(4)] for _ in range(STEPS)]

CASES = {
    "sgd": (torch.optim.SGD, dict(lr=0.1), None),
    "sgd-momentum": (torch.optim.SGD, dict(lr=0.1, momentum=0.9, weight_decay=0.02), None),
    "sgd-nesterov": (torch.optim.SGD, dict(lr=0.1, momentum=0.8, nesterov=True), None),
    "adam": (torch.optim.Adam, dict(lr=0.01), None),
    "adam-decay": (torch.optim.Adam, dict(lr=0.01, betas=(0.8, 0.99), eps=1e-6, weight_decay=0.1), None),
    "adamw": (torch.optim.AdamW, dict(lr=0.01, weight_decay=0.1), None),
    "sgd-clip-norm": (torch.optim.SGD, dict(lr=0.1), ("norm", 1.5)),
    "sgd-clip-value": (torch.optim.SGD, dict(lr=0.1), ("value", 0.4)),
}


def run(cls, options, clip):
    params = [torch.nn.Parameter(t.clone()) for t in start]
    optimizer = cls(params, **options)
    for step in gradients:
        for p, g in zip(params, step):
            p.grad = g.clone()
        if clip and clip[0] == "norm":
            torch.nn.utils.clip_grad_norm_(params, clip[1])
        elif clip:
            torch.nn.utils.clip_grad_value_(params, clip[1])
        optimizer.step()
    return [p.detach().flatten().tolist() for p in params]


def rates(make, steps=20):
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=0.4)
    schedule = make(optimizer)
    out = []
    for _ in range(steps):
        out.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        schedule.step()
    return out


S = torch.optim.lr_scheduler
golden = {
    "made_by": f"torch {torch.__version__}, Python {platform.python_version()}, seed {SEED}",
    "start": [t.flatten().tolist() for t in start],
    "gradients": [[g.flatten().tolist() for g in step] for step in gradients],
    "results": {name: run(*case) for name, case in CASES.items()},
    "schedules": {
        "step": rates(lambda o: S.StepLR(o, 6, 0.5)),
        "cosine": rates(lambda o: S.CosineAnnealingLR(o, 19, 0.01)),
        "restarts": rates(lambda o: S.CosineAnnealingWarmRestarts(o, 3, 2, 0.01)),
        "warm-up": rates(lambda o: S.LinearLR(o, 0.25, 1.0, 8)),
    },
}
place = Path(__file__).parent.parent / "packages/graph/test/optim/fixtures/torch-optim.json"
place.parent.mkdir(parents=True, exist_ok=True)
place.write_text(json.dumps(golden, indent=1) + "\n")
