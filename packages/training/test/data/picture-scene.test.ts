import { imresize } from '@bandweave/image';
import { PLAIN } from '@bandweave/models';
import { expect, test } from 'vitest';
import { pictureScene } from '../../src/data/picture-scene.js';
import { renderScene } from '../../src/data/rendition.js';
import { dataHash } from '../../src/data/scene.js';

const still = { orientation: 0, gain: 1, mtfGains: [0.3, 0.3, 0.3], shift: [0, 0] as const };

function picture(height: number, width: number) {
  const data = Float32Array.from({ length: 3 * height * width }, (_, i) => (i * 37) % 251);
  return { bands: 3, height, width, data };
}

test('a picture is cut to whole coarse pixels and made small by antialiased bicubic', () => {
  const scene = pictureScene({ name: 'p', picture: picture(50, 41), ratio: 3, scale: 255 });
  expect(scene.reference).toMatchObject({ height: 48, width: 39 });
  const { ms, lms, target } = renderScene(scene, still, PLAIN);
  const small = imresize(scene.reference, { scale: 1 / 3 });
  expect(ms).toMatchObject({ bands: 3, height: 16, width: 13 });
  expect(ms.data).toBeAllclose(
    small.data.map((v) => v / 255),
    { atol: 1e-6 },
  );
  expect(lms.data).toBeAllclose(
    imresize(small, { height: 48, width: 39 }).data.map((v) => v / 255),
    { atol: 1e-5 },
  );
  expect(target.data[5]).toBeCloseTo(scene.reference.data[5] / 255, 6);
});

test('the same pixels reduced in another way are other data', () => {
  const scene = pictureScene({ name: 'p', picture: picture(48, 48), ratio: 2, scale: 255 });
  expect(dataHash([scene])).not.toBe(dataHash([{ ...scene, reduction: 'mtf' }]));
});

test('a picture smaller than eight coarse pixels is refused', () => {
  const small = () =>
    pictureScene({ name: 'p.png', picture: picture(30, 40), ratio: 4, scale: 255 });
  expect(small).toThrow(/p\.png: expected at least 32 pixels a side at ratio 4/);
});
