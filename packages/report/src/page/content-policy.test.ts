import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { contentPolicy } from './content-policy.ts';

const hash = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

test('a page that holds everything allows one script and one style, by their hashes', () => {
  expect(contentPolicy({ script: 'a()', style: 'b{}', dataBeside: false })).toBe(
    `default-src 'none'; script-src ${hash('a()')}; style-src ${hash('b{}')}; img-src data:; base-uri 'none'; form-action 'none'`,
  );
});

test('a page with data beside it allows scripts of its own origin too, and still nothing inline or remote', () => {
  const policy = contentPolicy({ script: 'a()', style: 'b{}', dataBeside: true });
  expect(policy).toContain(`script-src ${hash('a()')} 'self' file:;`);
  expect(policy).not.toMatch(/unsafe|https?:|\*/);
});
