#!/usr/bin/env python3
"""Writes the .pth and .onnx files that the tests of packages/graph read, with PyTorch itself.

usage: python3 scripts/make-pth-fixtures.py [FOLDER]

FOLDER is packages/graph/test/files/fixtures by default. Beside the .pth files it writes
expected.txt: the torch version, then a line for each tensor with file, name, type, shape and
elements as PyTorch sees them, between tabs. The committed files were made with torch 1.13.0a0 (Debian).
"""
import collections
import os
import sys

import torch

root = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")
folder = os.path.join(root, "packages/graph/test/files/fixtures")
if len(sys.argv) > 1:
    folder = sys.argv[1]
os.makedirs(folder, exist_ok=True)

TYPES = {
    torch.float64: "F64",
    torch.float32: "F32",
    torch.float16: "F16",
    torch.bfloat16: "BF16",
    torch.int64: "I64",
    torch.int32: "I32",
    torch.int16: "I16",
    torch.int8: "I8",
    torch.uint8: "U8",
    torch.bool: "BOOL",
}


def network():
    torch.manual_seed(3)
    return torch.nn.Sequential(
        torch.nn.Conv2d(2, 3, 3), torch.nn.BatchNorm2d(3), torch.nn.Linear(3, 2)
    )


def every_type():
    out = collections.OrderedDict()
    for dtype, name in TYPES.items():
        out[name] = torch.tensor([[0, 1, 1], [1, 0, 1]], dtype=dtype)
    for name in ("F64", "F32", "F16", "BF16"):
        out[name] = torch.tensor(
            [[-1.5, 0.1, float("inf")], [1e-7, -0.0, float("nan")]], dtype=TYPE_OF[name]
        )
    out["I64"] = torch.tensor([[2**62 + 1, -(2**63), 7]])
    out["scalar"] = torch.tensor(2.5)
    out["empty"] = torch.zeros(0, 3)
    return out


def views():
    base = torch.arange(24, dtype=torch.float32)
    return collections.OrderedDict(
        transposed=base.reshape(4, 6).t(),
        permuted=base.reshape(2, 3, 4).permute(2, 0, 1),
        middle=base[5:9],
        strided=base.reshape(4, 6)[1:, ::2],
        expanded=torch.tensor([[1.0], [2.0]]).expand(2, 3),
        tied=base,
        half=base.to(torch.float16).reshape(4, 6)[:, 1],
    )


TYPE_OF = {name: dtype for dtype, name in TYPES.items()}
net = network()
files = {
    "plain": net.state_dict(),
    "types": every_type(),
    "views": views(),
    "parameters": {"w": net[0].weight, "frozen": torch.nn.Parameter(torch.ones(2), False)},
    "checkpoint": {
        "epoch": 12,
        "seed": 2**70,
        "lr": 1e-3,
        "note": "Straße",
        "done": True,
        "best": None,
        "size": torch.Size([4, 64]),
        "device": torch.device("cpu"),
        "dtype": torch.float32,
        "history": [1.0, (2, "a")],
        "state_dict": collections.OrderedDict(
            ("module." + k, v) for k, v in net.state_dict().items()
        ),
        "optimizer": torch.optim.Adam(net.parameters()).state_dict(),
    },
    "nested": {"params": {"body.weight": torch.ones(1, 2)}, "params_ema": {"body.weight": torch.zeros(1, 2)}},
    "unusual": {"my_net": {"a": torch.ones(1)}, "step": 3},
}


def weights(value):
    """The dict of tensors inside, as a careful reader would find it."""
    for key in ("state_dict", "params_ema", "my_net"):
        if key in value:
            return weights(value[key])
    return {k[7:] if k.startswith("module.") else k: v for k, v in value.items()}


def elements(tensor):
    """Text that keeps every bit: integers as they are, floats by repr of their float64 value."""
    flat = tensor.detach().reshape(-1)
    if tensor.dtype.is_floating_point:
        return [repr(x) for x in flat.to(torch.float64).tolist()]
    return [str(int(x)) for x in flat.tolist()]


expected = [f"# torch {torch.__version__}"]
for name, value in files.items():
    torch.save(value, os.path.join(folder, f"{name}.pth"))
    torch.save(
        value,
        os.path.join(folder, f"{name}-legacy.pth"),
        _use_new_zipfile_serialization=False,
    )
    for key, tensor in weights(value).items():
        shape = " ".join(map(str, tensor.shape))
        line = [name, key, TYPES[tensor.dtype], shape, " ".join(elements(tensor))]
        expected.append("\t".join(line))

# A whole module and a dict with a set: what must be refused although PyTorch would load it.
torch.save(net, os.path.join(folder, "module.pth"))
torch.save({"w": torch.ones(1), "seen": {1, 2}}, os.path.join(folder, "set.pth"))

# A network with a free batch dimension, weights and metadata of the exporter.
torch.onnx.export(
    torch.nn.Sequential(torch.nn.Conv2d(2, 3, 3), torch.nn.ReLU(), torch.nn.ReLU()),
    torch.zeros(1, 2, 8, 8),
    os.path.join(folder, "network.onnx"),
    input_names=["x"],
    output_names=["y"],
    dynamic_axes={"x": {0: "batch"}},
    opset_version=13,
)

with open(os.path.join(folder, "expected.txt"), "w") as f:
    f.write("\n".join(expected) + "\n")
