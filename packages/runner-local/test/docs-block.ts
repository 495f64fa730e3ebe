import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';

export const expectInModelsPage = (name: string, table: string): void => expectInPage('models.md', name, table);

/** Holds what stands in a page of docs/ between `<!-- name -->` marks against a table; ASSAY_WRITE_DOCS=1 writes it. */
export function expectInPage(file: string, name: string, table: string): void {
  const page = fileURLToPath(new URL(`../../../docs/${file}`, import.meta.url));
  const text = readFileSync(page, 'utf8');
  const block = new RegExp(`(<!-- ${name} -->\\n)[\\s\\S]*?(<!-- /${name} -->)`);
  expect(text).toMatch(block);
  const current = text.replace(block, (_, before: string, after: string) => `${before}${table}\n${after}`);
  if (process.env.ASSAY_WRITE_DOCS === '1') writeFileSync(page, current);
  else expect(text, 'run this test with ASSAY_WRITE_DOCS=1').toBe(current);
}
