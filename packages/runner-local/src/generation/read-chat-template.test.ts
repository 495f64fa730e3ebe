import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { EMBEDDED_MODEL } from '../../test/embedded-model.ts';
import { temporaryFolder } from '../../test/temporary-folder.ts';
import { TextCodec } from './text-codec.ts';

const MESSAGES = [{ role: 'user' as const, content: 'Hi' }];
const says = (word: string) => `{% for m in messages %}${word}: {{ m.content }}{% endfor %}`;

describe('a chat template', () => {
  let folder: string;
  beforeEach(() => {
    folder = temporaryFolder();
    cpSync(join(EMBEDDED_MODEL, 'tokenizer.json'), join(folder, 'tokenizer.json'));
    configure({});
  });

  function configure(more: object): void {
    const { chat_template: _, ...config } = JSON.parse(
      readFileSync(join(EMBEDDED_MODEL, 'tokenizer_config.json'), 'utf8'),
    ) as Record<string, unknown>;
    writeFileSync(join(folder, 'tokenizer_config.json'), JSON.stringify({ ...config, ...more }));
  }
  const load = () => TextCodec.load({ path: folder, vocabularySize: 49_152 });

  it('is read from chat_template.jinja, where tokenizer_config.json has none', async () => {
    expect((await load()).hasChatTemplate).toBe(false);
    writeFileSync(join(folder, 'chat_template.jinja'), says('file'));
    const codec = await load();
    expect(codec.hasChatTemplate).toBe(true);
    expect(codec.decode(codec.promptTokens({ id: 'a', text: 'raw', messages: MESSAGES }))).toBe('file: Hi');
  });

  it('of chat_template.jinja goes before that of tokenizer_config.json, as in transformers', async () => {
    configure({ chat_template: says('config') });
    expect((await load()).render(MESSAGES)).toBe('config: Hi');
    writeFileSync(join(folder, 'chat_template.jinja'), says('file'));
    expect((await load()).render(MESSAGES)).toBe('file: Hi');
  });

  it('of chat_template.json is taken only where there is no other', async () => {
    writeFileSync(join(folder, 'chat_template.json'), JSON.stringify({ chat_template: says('older') }));
    expect((await load()).render(MESSAGES)).toBe('older: Hi');
    configure({ chat_template: says('config') });
    expect((await load()).render(MESSAGES)).toBe('config: Hi');
  });

  it.each(['{', '{"template": 1}', 'null'])('in a chat_template.json of %s is MODEL_LOAD', async (content) => {
    writeFileSync(join(folder, 'chat_template.json'), content);
    await expect(load()).rejects.toMatchObject({
      code: 'MODEL_LOAD',
      at: { file: join(folder, 'chat_template.json') },
    });
  });
});
