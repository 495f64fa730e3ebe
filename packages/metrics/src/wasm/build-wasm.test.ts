import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
// @ts-expect-error a plain script without types
import { compileModule, installedCompiler, modules } from '../../scripts/build-wasm.mjs';
import { decodeBase64 } from './decode-base64.ts';

const compiler = installedCompiler() as readonly string[] | null;

test.skipIf(compiler === null).each(Object.keys(modules))(
  'the embedded %s are what assembly/ compiles to (skipped without assemblyscript: set ASSAY_ASC to its bin/asc.js)',
  (name) => {
    const committed = readFileSync(new URL(`./generated/${name}-wasm.ts`, import.meta.url), 'utf8');
    expect(compileModule(compiler, name)).toBe(committed);
  },
);

test('decodes base64 with and without padding', () => {
  for (const text of ['', 'f', 'fo', 'foo', 'foob', '\xff\xfe+/']) {
    const bytes = Buffer.from(text, 'latin1');
    expect([...decodeBase64(bytes.toString('base64'))]).toEqual([...bytes]);
  }
});
