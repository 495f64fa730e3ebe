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
