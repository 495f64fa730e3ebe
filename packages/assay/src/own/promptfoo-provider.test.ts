import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { moduleModel } from './module-model.ts';
import { ownRunner } from './own-runner.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'assay-provider-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function answersOf(file: string, code: string, texts: readonly string[], name?: string): Promise<string[]> {
  await writeFile(join(folder, file), code);
  const provider = { id: 'mine', config: { suffix: '!' } };
  const model = await moduleModel({ file, provider, ...(name === undefined ? {} : { export: name }) }, folder);
  const runner = ownRunner(model);
  const found: [string, string][] = [];
  const prompts = texts.map((text, i) => ({ id: `${i}`, text, fields: { vars: { city: 'Oslo' } } }));
  for await (const each of runner.generate(prompts, {}))
    found.push([each.id, each.ok ? each.text : `${each.error.code} ${each.error.message}`]);
  await runner.close?.();
  return found.sort(([a], [b]) => (a < b ? -1 : 1)).map(([, text]) => text);
}

const CLASS = `export default class {
  constructor(options) { this.options = options; }
  async callApi(prompt, context) {
    if (prompt === 'vars') return { output: context.vars.city };
    if (prompt === 'bad') return { error: 'no such thing' };
    if (prompt === 'none') return {};
    if (prompt === 'object') return { output: { a: 1 } };
    return { output: prompt + this.options.config.suffix };
  }
}
export const plain = async (prompt) => prompt.length;`;

test('a class of promptfoo’s answers with its configuration; what it lacks or refuses fails by name', async () => {
  expect(await answersOf('p.mjs', CLASS, ['hi', 'object', 'bad', 'none', 'vars'])).toEqual([
    'hi!',
    '{"a":1}',
    expect.stringContaining('no such thing'),
    expect.stringContaining('the provider gives no output'),
    'Oslo',
  ]);
  expect(await answersOf('p.mjs', CLASS, ['four'], 'plain')).toEqual(['4']);
});

test('a function in Python, awaited or not, gets prompt, options and the variables', async () => {
  const code = `import asyncio
def call_api(prompt, options, context):
    print("noise")
    if prompt == "vars":
        return {"output": context["vars"]["city"]}
    if prompt == "bad":
        return {"error": "no such thing"}
    return {"output": prompt + options["config"]["suffix"], "tokenUsage": {"prompt": 1, "completion": 2}}
async def later(prompt, options, context):
    await asyncio.sleep(0)
    return {"output": [prompt]}
`;
  expect(await answersOf('p.py', code, ['hi', 'bad', 'vars'])).toEqual([
    'hi!',
    expect.stringContaining('no such thing'),
    'Oslo',
  ]);
  expect(await answersOf('p.py', code, ['hi'], 'later')).toEqual(['["hi"]']);
});

test('a file without a provider is named', async () => {
  await expect(answersOf('p.mjs', 'export default 3', ['hi'])).rejects.toMatchObject({
    code: 'CONFIG_INVALID',
    message: expect.stringContaining('exports no provider "default"'),
  });
});
