import { expect, test } from 'vitest';
import { progressDisplay } from '../src/progress.js';

function fakeStream(isTTY: boolean) {
  let text = '';
  return { isTTY, write: (part: string) => (text += part), text: () => text };
}

test('away from a terminal a stage reads as GDAL prints it', () => {
  const stream = fakeStream(false);
  const display = progressDisplay(stream);
  for (let done = 0; done <= 7; done++) display.update({ stage: 'fuse', done, total: 7 });
  display.end();
  expect(stream.text()).toBe(
    'fuse: 0...10...20...30...40...50...60...70...80...90...100 - done.\n',
  );
});

test('an unfinished stage ends its line before the next begins', () => {
  const stream = fakeStream(false);
  const display = progressDisplay(stream);
  display.update({ stage: 'statistics', done: 1, total: 4 });
  display.update({ stage: 'fuse', done: 4, total: 4 });
  expect(stream.text()).toBe(
    'statistics: 0...10...20..\nfuse: 0...10...20...30...40...50...60...70...80...90...100 - done.\n',
  );
});

test('on a terminal the line says how much is done and, after a second, how long it will take', () => {
  let time = 0;
  const stream = fakeStream(true);
  const display = progressDisplay(stream, () => time);
  display.update({ stage: 'fuse', done: 0, total: 100 });
  time = 10_000;
  display.update({ stage: 'fuse', done: 25, total: 100 });
  expect(stream.text()).toContain(' 25% 30 s left');
  display.end();
  expect(stream.text().endsWith('\n')).toBe(true);
});

test('on a terminal at most ten lines a second are drawn', () => {
  let time = 0;
  const stream = fakeStream(true);
  const display = progressDisplay(stream, () => time);
  for (let done = 0; done < 1000; done++) {
    time = done; // a millisecond each
    display.update({ stage: 'fuse', done, total: 1000 });
  }
  expect(stream.text().split('\r').length - 1).toBe(10);
});
