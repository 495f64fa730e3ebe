import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';

const MODELS_PAGE = fileURLToPath(new URL('../../../docs/models.md', import.meta.url));

/** Holds what stands in docs/models.md between `<!-- name -->` marks against a table; ASSAY_WRITE_DOCS=1 writes it. */
export function expectInModelsPage(name: string, table: string): void {
  const text = readFileSync(MODELS_PAGE, 'utf8');
  const block = new RegExp(`(<!-- ${name} -->\\n)[\\s\\S]*?(<!-- /${name} -->)`);
  expect(text).toMatch(block);
  const current = text.replace(block, (_, before: string, after: string) => `${before}${table}\n${after}`);
  if (process.env.ASSAY_WRITE_DOCS === '1') writeFileSync(MODELS_PAGE, current);
  else expect(text, 'run this test with ASSAY_WRITE_DOCS=1').toBe(current);
}
