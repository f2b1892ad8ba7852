/** Things that are worked out once a scene and asked for at every window. */

import type { Scene } from '../method.js';

/** `make` with a memory: one answer a scene, forgotten with it. */
export function perScene<T>(make: (scene: Scene) => T): (scene: Scene) => T {
  const known = new WeakMap<Scene, T>();
  return (scene) => {
    let value = known.get(scene);
    if (value === undefined) {
      value = make(scene);
      known.set(scene, value);
    }
    return value;
  };
}
