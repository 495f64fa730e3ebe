import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { AssayError, ERROR_CODES } from './assay-error.ts';

const page = readFileSync(new URL('../../../../docs/errors.md', import.meta.url), 'utf8');
const rows = [...page.matchAll(/^- `([A-Z_]+)`: (.+?) → (.+)$/gm)].map(([, code = '', cause = '', cure = '']) => ({
  code,
  cause,
  cure,
}));

test('docs/errors.md explains every code, once, in the order of the union', () => {
  expect(rows.map(({ code }) => code)).toEqual([...ERROR_CODES]);
});

test('every cause and cure is a sentence', () => {
  for (const { code, cause, cure } of rows) {
    expect(cause, code).toMatch(/^[A-Z`].*[.]$/);
    expect(cure, code).toMatch(/^[A-Z`].*[.]$/);
  }
});

test('what the page calls retryable is what the code retries', () => {
  const claimed = rows.filter(({ cause }) => cause.includes('*retryable*')).map(({ code }) => code);
  expect(claimed).toEqual(ERROR_CODES.filter((code) => new AssayError(code, '').retryable));
});
