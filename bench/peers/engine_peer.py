"""PyTorch's side of the comparison: makes one case ready, then does one timed run for every line
it reads. python3 engine_peer.py CASE forward|train FOLDER. Uses Debian's python3-torch, BENCH_THREADS threads (2).
"""

import json
import math
import os
import resource
import struct
import sys
import time
from pathlib import Path

try:
    import torch
    import torch.nn.functional as F
except ImportError:
    print(json.dumps({"missing": "peer missing: python3-torch"}), flush=True)
    sys.exit(0)

torch.set_num_threads(int(os.environ.get("BENCH_THREADS", "2")))
torch.set_flush_denormal(False)


def read_safetensors(path):
    raw = bytearray(Path(path).read_bytes())
    (length,) = struct.unpack("<Q", raw[:8])
    header = json.loads(raw[8 : 8 + length])
    header.pop("__metadata__", None)
    body = memoryview(raw)[8 + length :]
    return {
        name: torch.frombuffer(body[e["data_offsets"][0] : e["data_offsets"][1]], dtype=torch.float32)
        .reshape(e["shape"])
        .clone()
        for name, e in header.items()
    }


def conv(w, name, x):
    return F.conv2d(x, w[f"{name}.weight"], w[f"{name}.bias"], padding=1)


def dense(w, name, x):
    return F.linear(x, w[f"{name}.weight"], w[f"{name}.bias"])


def norm(w, name, x):
    return F.layer_norm(x, x.shape[-1:], w[f"{name}.weight"], w[f"{name}.bias"])


def residual(w, x):
    h = F.relu(conv(w, "head", x))
    i = 0
    while f"block{i}.conv1.weight" in w:
        h = h + conv(w, f"block{i}.conv2", F.relu(conv(w, f"block{i}.conv1", h)))
        i += 1
    return conv(w, "tail", h)


def window(w, x):
    b, h, wide, c = x.shape
    heads, size = 4, 8
    t = norm(w, "norm1", x).reshape(b, h // size, size, wide // size, size, c)
    t = t.permute(0, 1, 3, 2, 4, 5).reshape(-1, size * size, c)
    n = t.shape[0]
    qkv = dense(w, "qkv", t).reshape(n, size * size, 3, heads, c // heads).permute(2, 0, 3, 1, 4)
    q, k, v = qkv[0], qkv[1], qkv[2]
    a = torch.softmax((q / math.sqrt(c // heads)) @ k.transpose(-2, -1), -1)
    t = dense(w, "proj", (a @ v).transpose(1, 2).reshape(n, size * size, c))
    t = t.reshape(b, h // size, wide // size, size, size, c).permute(0, 1, 3, 2, 4, 5).reshape(x.shape)
    y = x + t
    return y + dense(w, "fc2", F.gelu(dense(w, "fc1", norm(w, "norm2", y))))


def scan(w, x):
    b, length, model = x.shape
    rank, states = math.ceil(model / 16), 16
    main, gate = dense(w, "in_proj", norm(w, "norm", x)).transpose(1, 2).chunk(2, 1)
    u = F.conv1d(main, w["conv.weight"].unsqueeze(1), w["conv.bias"], padding=3, groups=main.shape[1])
    u = F.silu(u[..., :length])
    mixed = F.linear(u.transpose(1, 2), w["x_proj.weight"])
    low, B, C = mixed.split([rank, states, states], -1)
    delta = F.softplus(F.linear(low, w["dt_proj.weight"]) + w["dt_proj.bias"])
    A = -torch.exp(w["A_log"])
    decay = torch.exp(delta.unsqueeze(-1) * A)
    drive = (delta * u.transpose(1, 2)).unsqueeze(-1) * B.unsqueeze(2)
    state = x.new_zeros(b, u.shape[1], states)
    ys = []
    # Unbound first: the gradient of an index would be a whole array of zeros at every step.
    for a, v, c in zip(decay.unbind(1), drive.unbind(1), C.unbind(1)):
        state = a * state + v
        ys.append((state * c.unsqueeze(1)).sum(-1))
    y = torch.stack(ys, 1) + u.transpose(1, 2) * w["D"]
    return dense(w, "out_proj", y * F.silu(gate.transpose(1, 2))) + x


NETWORKS = {"residual": residual, "window": window, "scan": scan, "curve": residual}


def main():
    name, mode, folder = sys.argv[1:4]
    weights = read_safetensors(f"{folder}/weights.safetensors")
    data = read_safetensors(f"{folder}/data.safetensors")
    network = NETWORKS[name]
    if mode == "train":
        for t in weights.values():
            t.requires_grad_(True)
        optimizer = torch.optim.Adam(list(weights.values()), lr=1e-3)

    def run(i):
        x = data["x"][i % len(data["x"])]
        if mode == "forward":
            with torch.no_grad():
                return network(weights, x).flatten()[0].item()
        optimizer.zero_grad(set_to_none=True)
        loss = (network(weights, x) - data["y"][i % len(data["y"])]).abs().mean()
        loss.backward()
        optimizer.step()
        return loss.item()

    blas = next((l for l in open("/proc/self/maps") if "blas" in l), "BLAS unknown").split("/")[-1].strip()
    print(json.dumps({"ready": f"torch {torch.__version__} with {blas}"}), flush=True)
    count = 0
    for line in sys.stdin:
        if line.strip() == "peak":
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
            print(json.dumps({"peak": peak}), flush=True)
            continue
        start, before = time.perf_counter(), time.process_time()
        value = run(count)
        ms = (time.perf_counter() - start) * 1000
        cpu = (time.process_time() - before) * 1000
        count += 1
        print(json.dumps({"ms": ms, "cpu": cpu, "value": value}), flush=True)


main()
