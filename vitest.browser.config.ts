import { defineConfig } from 'vitest/config';

/** Tests that need a browser: `npm run test:browser`, with CHROMIUM naming one or /usr/bin/chromium. */
export default defineConfig({
  test: {
    include: ['packages/*/test/**/*.browser.ts'],
    setupFiles: ['./test/setup.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    maxWorkers: 1,
  },
});
