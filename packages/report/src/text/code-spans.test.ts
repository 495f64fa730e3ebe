import { expect, test } from 'vitest';
import { codeSpans } from './code-spans.ts';

test('what stands between backticks is code, and all of it is escaped', () => {
  expect(codeSpans('no `a<b` <i>').markup).toBe('no <code>a&lt;b</code> &lt;i&gt;');
});
