import { resolve } from 'node:path';
import { defineConfig } from 'vitest/config';
import { mutated, tests } from './mutated-code.ts';

export default defineConfig({
  root: resolve(import.meta.dirname, '../..'),
  plugins: [mutated],
  resolve: { conditions: ['assay:src'] },
  ssr: { resolve: { conditions: ['assay:src'] } },
  test: { include: [tests], testTimeout: 60_000, bail: 1, reporters: ['dot'], silent: true },
});
