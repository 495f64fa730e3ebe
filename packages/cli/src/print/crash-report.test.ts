import { readFileSync, statSync } from 'node:fs';
import { expect, test, vi } from 'vitest';
import { printError } from './print-error.ts';

test('a fault of assay leaves a report with versions and stack, and without a text of the user', () => {
  let said = '';
  const spy = vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    said += text;
    return true;
  });
  expect(printError(new TypeError('cannot read "my secret prompt"'))).toBe(3);
  spy.mockRestore();
  const file = /are in (\S+report\.json)\./.exec(said)?.[1] ?? '';
  const text = readFileSync(file, 'utf8');
  const report = JSON.parse(text);
  expect(report).toMatchObject({ error: 'TypeError', versions: { node: process.version } });
  expect(report.stack[0]).toContain('crash-report.test.ts');
  expect(text).not.toContain('secret');
  expect(statSync(file).mode & 0o777).toBe(0o600);
});
