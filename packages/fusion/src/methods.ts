/** All classical methods by name. */

import { InputError } from '@bandweave/image';
import { brovey } from './component-substitution/brovey.js';
import { btH } from './component-substitution/bt-h.js';
import { cGsa } from './component-substitution/c-gsa.js';
import { gdalBrovey } from './component-substitution/gdal-brovey.js';
import { gs } from './component-substitution/gs.js';
import { gsa } from './component-substitution/gsa.js';
import { ihs } from './component-substitution/ihs.js';
import { pca } from './component-substitution/pca.js';
import { pracs } from './component-substitution/pracs.js';
import { exp } from './exp.js';
import type { FusionMethod } from './method.js';
import { atwt } from './multiresolution/atwt.js';
import { atwtM2 } from './multiresolution/atwt-m2.js';
import { atwtM3 } from './multiresolution/atwt-m3.js';
import { awlp, awlpV13 } from './multiresolution/awlp.js';
import { feHpm } from './multiresolution/fe-hpm.js';
import { gs2Glp } from './multiresolution/gs2-glp.js';
import { hpf } from './multiresolution/hpf.js';
import { indusion } from './multiresolution/indusion.js';
import { lmvm } from './multiresolution/lmvm.js';
import { mfHg } from './multiresolution/mf-hg.js';
import { mtfGlp } from './multiresolution/mtf-glp.js';
import { mtfGlpCbd } from './multiresolution/mtf-glp-cbd.js';
import { mtfGlpFs } from './multiresolution/mtf-glp-fs.js';
import { mtfGlpHpm } from './multiresolution/mtf-glp-hpm.js';
import { mtfGlpHpmH } from './multiresolution/mtf-glp-hpm-h.js';
import { mtfGlpHpmR } from './multiresolution/mtf-glp-hpm-r.js';
import { rcs } from './multiresolution/rcs.js';
import { sfim } from './multiresolution/sfim.js';
import { bayes } from './regression/bayes.js';
import { bdsd } from './regression/bdsd.js';
import { bdsdPc } from './regression/bdsd-pc.js';
import { pwmbf } from './whole-scene/pwmbf.js';
import { srD } from './whole-scene/sr-d.js';
import { tv } from './whole-scene/tv.js';

export const METHODS: readonly FusionMethod[] = [
  exp,
  ihs,
  brovey,
  btH,
  gdalBrovey,
  pca,
  gs,
  gsa,
  cGsa,
  pracs,
  bdsd,
  bdsdPc,
  hpf,
  sfim,
  indusion,
  atwt,
  atwtM2,
  atwtM3,
  awlp,
  awlpV13,
  mfHg,
  mtfGlp,
  mtfGlpCbd,
  mtfGlpFs,
  mtfGlpHpm,
  mtfGlpHpmH,
  mtfGlpHpmR,
  gs2Glp,
  feHpm,
  rcs,
  lmvm,
  bayes,
  tv,
  srD,
  pwmbf,
] as readonly FusionMethod[];

/** The method of that name; InputError naming the known ones otherwise. */
export function findMethod(name: string): FusionMethod {
  const method = METHODS.find((candidate) => candidate.name === name);
  if (method) return method;
  throw new InputError(
    `--method: expected one of ${METHODS.map((known) => known.name).join(', ')}, got '${name}'.`,
  );
}
