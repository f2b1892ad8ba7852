"""
SSDiff evaluated in double precision from its specification, beside what scripts/check-ssdiff.mjs wrote:
python3 scripts/check-ssdiff.py OUT.safetensors. Needs PyTorch and NumPy.
"""
import json, math, struct, sys
import numpy as np, torch, torch.nn.functional as F
torch.set_num_threads(1)
b=open(sys.argv[1], 'rb').read()
n=struct.unpack('<Q',b[:8])[0]; h=json.loads(b[8:8+n]); d=b[8+n:]
T={k:torch.tensor(np.frombuffer(d[v['data_offsets'][0]:v['data_offsets'][1]],dtype=np.float32).reshape(v['shape']).astype(np.float64)) for k,v in h.items() if k!='__metadata__'}
ms,lms,pan,noise=[T['in.'+k] for k in('ms','lms','pan','noise')]
C=lms.shape[1]
def conv(n,x,pad=1,stride=1,groups=1): return F.conv2d(x,T[n+'.weight'],T.get(n+'.bias'),padding=pad,stride=stride,groups=groups)
def lin(n,x): return F.linear(x,T[n+'.weight'],T.get(n+'.bias'))
lr=lambda x:F.leaky_relu(x,0.01)
def LF(y,s):
    H,W=y.shape[-2:]
    f=torch.fft.fftshift(torch.fft.fft2(y),dim=(-2,-1)); f[...,H//2-1:H//2+1,W//2-1:W//2+1]*=s
    return torch.fft.ifft2(torch.fft.ifftshift(f,dim=(-2,-1))).real
def apfm(i,x,y):
    p=f'fusformer{i}.layers.0.'; B,D,H,W=x.shape; N=H*W; hd=D//16
    tok=lambda t:t.flatten(2).transpose(1,2)
    ln=lambda n,t:F.layer_norm(t,(D,),T[n+'.weight'],T[n+'.bias'],1e-5)
    X=tok(x); xn=ln(p+'0.fn.norm',X); yn=ln(p+'0.fn.norm',tok(y))
    sp=lambda t:t.view(B,N,hd,16).transpose(1,2)
    y1,y2,x1,x2=[sp(lin(p+'0.fn.fn.'+k,t)) for k,t in(('sa1',yn),('sa2',yn),('se1',xn),('se2',xn))]
    S=torch.softmax(y1@y2.transpose(-1,-2)/4,-1)
    Cc=torch.softmax(x1.transpose(-1,-2)@x2*(1/4)*(16/N),-1)
    o=((S@x1)*(y1@Cc)).transpose(1,2).reshape(B,N,D)
    X=X+lin(p+'0.fn.fn.to_out.0',o)
    X=X+lin(p+'1.fn.fn.net.3',lr(lin(p+'1.fn.fn.net.0',ln(p+'1.fn.norm',X))))
    return X.transpose(1,2).view(B,D,H,W)
def res(i,y,emb):
    p=f'resblock{i}.'; D=y.shape[1]
    r=conv(p+'conv1',lr(conv(p+'conv0',y)))
    r=r+lin(p+'emb_layers.1',F.silu(emb))[:,:,None,None]
    r=F.silu(F.group_norm(r,32,T[p+'out_layers.0.weight'],T[p+'out_layers.0.bias'],1e-5))
    return y+conv(p+'out_layers.3',r)
def down(i,x):
    p=f'down{i}.conv.'; x=lr(conv(p+'0',x,0,2)); x=conv(p+'2',x,0); return lr(conv(p+'3',x,1,1,x.shape[1]))
def up(i,a,s):
    p=f'up{i}.'; a=lr(F.conv_transpose2d(a,T[p+'up1.0.weight'],T[p+'up1.0.bias'],stride=2))+s; return lr(conv(p+'conv',a))
def half(x,g): x=x.clone(); x[:,:x.shape[1]//2]*=g; return x
def net(state,t):
    f=torch.exp(-math.log(10000)*torch.arange(64,dtype=torch.float64)/64); a=t*f
    emb=lin('time_embed.2',F.silu(lin('time_embed.0',torch.cat([torch.cos(a),torch.sin(a)])[None])))
    skip=F.pixel_shuffle(conv('upsample.upsamle.0',ms),4)
    def head(k,z):
        z=z+lin(f'emb_layers_{k}.1',F.silu(emb))[:,:,None,None]; q=f'out_layers_{k}.'
        z=F.batch_norm(z,T[q+'0.running_mean'],T[q+'0.running_var'],T[q+'0.weight'],T[q+'0.bias'],False,0,1e-5)
        return conv(q+'3',F.silu(z))
    y=head('pan',conv('conv_pan2x_t',torch.cat([pan,state],1))); x=head('lms',conv('conv_lms2x_t',torch.cat([lms,state],1)))
    x=half(x,1.2); x=apfm(0,x,LF(y,.9)); k10=x; x=down(0,x); y=res(0,y,emb); k11=y; y=down(0,y)
    x=half(x,1.4); x=apfm(1,x,LF(y,.6)); k20=x; x=down(1,x); y=res(1,y,emb); k21=y; y=down(1,y)
    x=half(x,1.6); x=apfm(2,x,LF(y,.3)); x=up(0,x,k20); y=up(0,res(2,y,emb),k21)
    x=half(x,1.4); x=apfm(3,x,LF(y,.6)); x=up(1,x,k10); y=up(1,res(3,y,emb),k11)
    x=half(x,1.2); x=apfm(4,x,LF(y,.9))
    return conv('to_hrms.2',lr(conv('to_hrms.0',x)))+skip
one=net(noise,torch.tensor(333.,dtype=torch.float64))
print('one evaluation', (one-T['out.one']).abs().max().item(), 'amplitude', one.abs().max().item())
ab=lambda u: math.cos((u+.008)/1.008*math.pi/2)**2
betas=[min(1-ab((i+1)/1000)/ab(i/1000),.999) for i in range(1000)]
kept=np.cumprod([1-v for v in betas])
N=4; steps=list(range(0,1000,250)); x=noise
for i in range(N-1,-1,-1):
    a=kept[steps[i]]; ap=kept[steps[i-1]] if i>0 else 1.0
    img=(net(x,torch.tensor(float(steps[i]),dtype=torch.float64))+lms).clamp(0,1); r=img-lms
    eps=(x/math.sqrt(a)-r)/math.sqrt(1/a-1); x=math.sqrt(ap)*r+math.sqrt(1-ap)*eps
print('four steps on the residual', (img-T['out.sampled']).abs().max().item())
