import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const COMMITTED = fileURLToPath(new URL('../src/generated/app-bundle.ts', import.meta.url));
const CONFIG = fileURLToPath(new URL('../app/vite.config.ts', import.meta.url));

test('the committed bundle is what the app builds to (pnpm --filter @assay/report build:app)', async () => {
  const { build } = await import('vite');
  const outDir = mkdtempSync(join(tmpdir(), 'assay-bundle-'));
  try {
    await build({ configFile: CONFIG, mode: 'production', build: { outDir } });
    const built = readFileSync(join(outDir, 'app-bundle.ts'), 'utf8');
    expect(built === readFileSync(COMMITTED, 'utf8')).toBe(true);
  } finally {
    rmSync(outDir, { recursive: true, force: true });
  }
});

test('the bundle stays small: every report carries it', () => {
  expect(statSync(COMMITTED).size).toBeLessThan(400_000);
});
