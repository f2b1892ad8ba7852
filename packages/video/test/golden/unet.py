"""Golden numbers of the U-Net on clips, written apart in PyTorch (1.13.0a0) float64.

    python3 packages/video/test/golden/unet.py > packages/video/test/golden/unet.json

Weights follow from their names: w[i] = s * sin(p + 0.7 i), p the sum of the name's character
codes, s = 1/sqrt(fan in); weights of norms are 1 + 0.1 sin(p + 0.7 i), biases 0.1 sin(p + 0.7 i).
"""
import json
import math
import torch
import torch.nn.functional as F


class Net:
    def __init__(self, config):
        self.c = config

    def vector(self, name, shape, scale):
        n = math.prod(shape)
        p = sum(map(ord, name))
        return (scale * torch.sin(p + 0.7 * torch.arange(n, dtype=torch.float64))).reshape(shape)

    def weight(self, name, shape):
        return self.vector(name + '.weight', shape, 1 / math.sqrt(math.prod(shape[1:])))

    def bias(self, name, n):
        return self.vector(name + '.bias', (n,), 0.1)

    def linear(self, name, x, out, bias=True):
        return F.linear(x, self.weight(name, (out, x.shape[-1])), self.bias(name, out) if bias else None)

    def conv(self, name, x, out, k, **more):
        b, c, f, h, w = x.shape
        frames = x.permute(0, 2, 1, 3, 4).reshape(b * f, c, h, w)
        y = F.conv2d(frames, self.weight(name, (out, c, k, k)), self.bias(name, out), **more)
        return y.reshape(b, f, *y.shape[1:]).permute(0, 2, 1, 3, 4)

    def affine(self, name, c):
        return 1 + self.vector(name + '.weight', (c,), 0.1), self.bias(name, c)

    def group_norm(self, name, x, eps):
        return F.group_norm(x, self.c['norm_num_groups'], *self.affine(name, x.shape[1]), eps)

    def layer_norm(self, name, x):
        return F.layer_norm(x, x.shape[-1:], *self.affine(name, x.shape[-1]))

    def attention(self, name, x, seen, heads):
        c = x.shape[-1]
        split = lambda t: t.reshape(*t.shape[:2], heads, -1).transpose(1, 2)
        q = split(self.linear(name + '.to_q', x, c, False))
        k = split(self.linear(name + '.to_k', seen, c, False))
        v = split(self.linear(name + '.to_v', seen, c, False))
        scores = (q[:, :, :, None] * k[:, :, None]).sum(-1) / math.sqrt(q.shape[-1])
        out = (scores.softmax(-1)[..., None] * v[:, :, None]).sum(3)
        return self.linear(name + '.to_out.0', out.transpose(1, 2).reshape(x.shape), c)

    def resnet(self, name, x, time, out):
        h = self.conv(name + '.conv1', F.silu(self.group_norm(name + '.norm1', x, 1e-5)), out, 3, padding=1)
        h = h + self.linear(name + '.time_emb_proj', F.silu(time), out)[:, :, None, None, None]
        h = self.conv(name + '.conv2', F.silu(self.group_norm(name + '.norm2', h, 1e-5)), out, 3, padding=1)
        return (x if x.shape[1] == out else self.conv(name + '.conv_shortcut', x, out, 1)) + h

    def transformer(self, name, x, text, heads):
        b, c, f, h, w = x.shape
        frames = x.permute(0, 2, 1, 3, 4).reshape(b * f, c, h, w)
        y = self.group_norm(name + '.norm', frames, 1e-6).reshape(b * f, c, h * w).transpose(1, 2)
        y = self.linear(name + '.proj_in', y, c)
        at = name + '.transformer_blocks.0'
        z = self.layer_norm(at + '.norm1', y).reshape(b, f, h * w, c)
        seen = lambda i: torch.cat([z[:, 0], z[:, max(i - 1, 0)]], 1)
        rows = [self.attention(at + '.attn1', z[:, i], seen(i), heads) for i in range(f)]
        y = y + torch.stack(rows, 1).reshape(y.shape)
        repeated = text.repeat_interleave(f, 0)
        y = y + self.attention(at + '.attn2', self.layer_norm(at + '.norm2', y), repeated, heads)
        value, gate = self.linear(at + '.ff.net.0.proj', self.layer_norm(at + '.norm3', y), 8 * c).chunk(2, -1)
        y = y + self.linear(at + '.ff.net.2', value * F.gelu(gate), c)
        t = y.reshape(b, f, h * w, c).transpose(1, 2).reshape(b * h * w, f, c)
        t = self.layer_norm(at + '.norm_temp', t)
        t = self.attention(at + '.attn_temp', t, t, heads)
        y = y + t.reshape(b, h * w, f, c).transpose(1, 2).reshape(y.shape)
        y = self.linear(name + '.proj_out', y, c).transpose(1, 2).reshape(b, f, c, h, w)
        return x + y.permute(0, 2, 1, 3, 4)

    def __call__(self, x, time, text):
        channels, layers = self.c['block_out_channels'], self.c['layers_per_block']
        heads, last = self.c['attention_head_dim'], len(channels) - 1
        half = channels[0] // 2
        angles = time[:, None] * 1e4 ** (-torch.arange(half, dtype=torch.float64) / half)
        wide = 4 * channels[0]
        e = self.linear('time_embedding.linear_1', torch.cat([angles.cos(), angles.sin()], 1), wide)
        e = self.linear('time_embedding.linear_2', F.silu(e), wide)
        x = self.conv('conv_in', x, channels[0], 3, padding=1)
        skips = [x]
        for i, c in enumerate(channels):
            for k in range(layers):
                x = self.resnet(f'down_blocks.{i}.resnets.{k}', x, e, c)
                if 'Cross' in self.c['down_block_types'][i]:
                    x = self.transformer(f'down_blocks.{i}.attentions.{k}', x, text, heads[i])
                skips.append(x)
            if i < last:
                x = self.conv(f'down_blocks.{i}.downsamplers.0.conv', x, c, 3, stride=2, padding=1)
                skips.append(x)
        x = self.resnet('mid_block.resnets.0', x, e, channels[-1])
        x = self.transformer('mid_block.attentions.0', x, text, heads[-1])
        x = self.resnet('mid_block.resnets.1', x, e, channels[-1])
        for i, c in enumerate(reversed(channels)):
            for k in range(layers + 1):
                x = self.resnet(f'up_blocks.{i}.resnets.{k}', torch.cat([x, skips.pop()], 1), e, c)
                if 'Cross' in self.c['up_block_types'][i]:
                    x = self.transformer(f'up_blocks.{i}.attentions.{k}', x, text, heads[last - i])
            if i < last:
                x = F.interpolate(x, size=(x.shape[2], *skips[-1].shape[-2:]), mode='nearest')
                x = self.conv(f'up_blocks.{i}.upsamplers.0.conv', x, c, 3, padding=1)
        x = F.silu(self.group_norm('conv_norm_out', x, 1e-5))
        return self.conv('conv_out', x, 4, 3, padding=1)


CONFIG = {
    'block_out_channels': [4, 8, 8],
    'down_block_types': ['CrossAttnDownBlock2D', 'DownBlock2D', 'CrossAttnDownBlock2D'],
    'up_block_types': ['CrossAttnUpBlock2D', 'UpBlock2D', 'CrossAttnUpBlock2D'],
    'layers_per_block': 1,
    'cross_attention_dim': 6,
    'attention_head_dim': [2, 2, 4],
    'norm_num_groups': 2,
    'use_linear_projection': True,
}


def wave(n, phase=0.0):
    i = torch.arange(n, dtype=torch.float64)
    return torch.sin(phase + 0.7 * i) + 0.5 * torch.cos(1.3 * i * i)


cases = []
for frames, height, width, time in [(3, 5, 7, 321.0), (1, 2, 9, 0.0), (2, 8, 4, 999.0)]:
    sample = wave(4 * frames * height * width).reshape(1, 4, frames, height, width)
    text = wave(18, 2.0).reshape(1, 3, 6)
    out = Net(CONFIG)(sample, torch.tensor([time], dtype=torch.float64), text)
    cases.append({
        'shape': list(out.shape),
        'time': time,
        'every': 7,
        'values': [float(f'{v:.9g}') for v in out.flatten()[::7]],
    })
print(json.dumps({'config': CONFIG, 'cases': cases}))
