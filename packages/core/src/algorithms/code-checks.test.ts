import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { type CheckCode, codeVerdict, transformed } from './code-checks.ts';
import { runJavascript } from './code-worker.ts';

const context = { vars: { n: 3 } };
const verdict = (language: CheckCode['language'], code: string, threshold?: number) =>
  codeVerdict({ language, code }, 'four', context, threshold);

test.each([
  ['output.length === 4', undefined, { pass: true, score: 1 }],
  ['output === "x"', undefined, { pass: false, score: 0 }],
  ['output.length / 8', undefined, { pass: true, score: 0.5 }],
  ['output.length / 8', 0.6, { pass: false, score: 0.5 }],
  ['const n = context.vars.n; n === 3 && ";" !== n;', undefined, { pass: true, score: 1 }],
  ['const n = 1;\nreturn { pass: n > 0, score: 0.25, reason: "so" };', undefined, { pass: true, score: 0.25 }],
  ['Promise.resolve(false)', undefined, { pass: false, score: 0 }],
  ['nothing.there', undefined, { pass: false, score: 0 }],
  ['"true"', undefined, { pass: false, score: 0 }],
  ['process.env.PATH === undefined', undefined, { pass: true, score: 1 }],
] as const)('JavaScript: %s', (code, threshold, expected) => {
  expect(verdict('javascript', code, threshold)).toEqual(expected);
});

test.each([
  ['len(output) == 4', undefined, { pass: true, score: 1 }],
  ['"false"', undefined, { pass: false, score: 0 }],
  ['len(output) / 8', 0.6, { pass: false, score: 0.5 }],
  ['n = context["vars"]["n"]\nprint(n)\nreturn {"pass_": n == 3, "score": 0.5}', undefined, { pass: true, score: 0.5 }],
  ['if output:\n  return {"pass": True, "score": 0.5}', 0.75, { pass: false, score: 0.5 }],
  ['missing', undefined, { pass: false, score: 0 }],
] as const)('Python: %s', (code, threshold, expected) => {
  expect(verdict('python', code, threshold)).toEqual(expected);
});

test('a file’s function is called, and refused once the file is another', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'assay-code-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const files = {
    'a.cjs': 'module.exports = (output, { vars }) => output.length > vars.n; module.exports.no = () => false;',
    'b.mjs': 'export default async () => ({ pass: true, score: 0.75 });',
    'c.py': 'def get_assert(output, context):\n    return True\ndef half(output, context):\n    return 0.5\n',
  };
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  const url = (name: string): string => pathToFileURL(join(folder, name)).href;
  expect(verdict('javascript', url('a.cjs'))).toEqual({ pass: true, score: 1 });
  expect(verdict('javascript', `${url('a.cjs')}:no`)).toEqual({ pass: false, score: 0 });
  expect(verdict('javascript', url('b.mjs'))).toEqual({ pass: true, score: 0.75 });
  expect(verdict('python', url('c.py'))).toEqual({ pass: true, score: 1 });
  expect(verdict('python', `${url('c.py')}:half`)).toEqual({ pass: true, score: 0.5 });
  const other = { language: 'python', code: url('c.py'), sha256: '0'.repeat(64) } as const;
  expect(codeVerdict(other, 'four', context, undefined)).toBe('code_changed');
});

test('an endless loop ends at the deadline, and the next check runs', () => {
  const late = runJavascript({ body: 'for (;;);', output: '', context: {} }, 500);
  expect(late).toMatchObject({ ok: false, isLate: true });
  expect(verdict('javascript', 'true')).toEqual({ pass: true, score: 1 });
});

test('a transform makes a text of the output, JSON of anything else', () => {
  const made = (code: string) => transformed({ language: 'javascript', code }, ' {"a": [1]} ', context);
  expect(made('output.trim()')).toEqual({ text: '{"a": [1]}', value: '{"a": [1]}' });
  expect(made('JSON.parse(output).a')).toEqual({ text: '[1]', value: [1] });
  expect(made('JSON.parse(output).b')).toEqual({ failed: 'transform_gives_nothing' });
  expect(made('output.b.c')).toEqual({ failed: expect.stringContaining('transform_failed') });
});
