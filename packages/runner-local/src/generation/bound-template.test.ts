import { cpSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { findEmbeddedModel } from '../models/embedded-models.ts';
import { TextCodec } from './text-codec.ts';

test('a chat template that never ends is refused, and the thread goes on', async () => {
  const path = mkdtempSync(join(tmpdir(), 'assay-template-'));
  const source = findEmbeddedModel('SmolLM2-135M-Instruct')!.folder;
  for (const name of ['tokenizer.json', 'tokenizer_config.json']) cpSync(join(source, name), join(path, name));
  const loops = '{% for a in range(100000) %}{% for b in range(100000) %}{{ messages }}{% endfor %}{% endfor %}';
  writeFileSync(join(path, 'chat_template.jinja'), loops);
  const codec = await TextCodec.load({ path, vocabularySize: 49_152 } as never);
  const refusal = expect.objectContaining({ code: 'PROMPT_TEMPLATE', message: expect.stringContaining('more than') });
  expect(() => codec.render([{ role: 'user', content: 'Hello' }])).toThrow(refusal as never);
});

test('the steps and the text of a template are bounded as asked for', async () => {
  const folder = findEmbeddedModel('SmolLM2-135M-Instruct')!.folder;
  const load = (limits: { steps?: number; characters?: number }) =>
    TextCodec.load({ path: folder, vocabularySize: 49_152 } as never, limits);
  const conversation = [{ role: 'user', content: 'Hello' }] as const;
  const refusal = (what: string) =>
    expect.objectContaining({ code: 'PROMPT_TEMPLATE', message: expect.stringContaining(what) });
  const few = await load({ steps: 10 });
  expect(() => few.render(conversation)).toThrow(refusal('more than 10 steps') as never);
  const short = await load({ characters: 5 });
  expect(() => short.render(conversation)).toThrow(refusal('more than 5 characters') as never);
  expect((await load({})).render(conversation)).toContain('Hello');
});
