/** The loss of LE-Mamba and FeINFN. */

import { abs, add, mean, mul, sub, type Tensor } from '@bandweave/graph';
import { ssim } from '@bandweave/nn';

/** mean |x - y| + 0.1 (1 - SSIM(x, y)), SSIM over windows of 11 with zeros around. */
export function l1AndSsim(prediction: Tensor, target: Tensor): Tensor {
  const dissimilarity = sub(1, ssim(prediction, target));
  return add(mean(abs(sub(prediction, target))), mul(dissimilarity, 0.1));
}
