import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../../test/temporary-folder.ts';
import { TextCodec } from '../../generation/text-codec.ts';
import { ggufTokenizer } from './gguf-tokenizer.ts';
import type { GgufFile } from './read-gguf.ts';

interface Vocabulary {
  readonly tokens: readonly string[];
  readonly kinds: readonly number[];
  readonly merges?: readonly string[];
  readonly scores?: readonly number[];
}

/** Made by llama.cpp (fixtures/make_gguf_tokenizers.py). */
const goldens = JSON.parse(
  readFileSync(new URL('../../../fixtures/gguf/tokenizers.json', import.meta.url), 'utf8'),
) as Readonly<{ texts: string[]; bpe: Vocabulary; spm: Vocabulary; ids: Record<string, number[][]> }>;

function header(vocabulary: Vocabulary, extra: Record<string, unknown>): GgufFile {
  const { tokens, kinds, merges, scores } = vocabulary;
  const values = { tokens, token_type: kinds, merges, scores, bos_token_id: 1, eos_token_id: 2, add_bos_token: false };
  const metadata = new Map<string, unknown>();
  for (const [key, value] of Object.entries({ ...values, ...extra })) {
    if (value !== undefined) metadata.set(key.includes('.') ? key : `tokenizer.ggml.${key}`, value);
  }
  return { path: '/models/tiny.gguf', architecture: 'llama', metadata, tensors: new Map() };
}

async function codec(file: GgufFile): Promise<TextCodec> {
  const folder = temporaryFolder();
  for (const [name, content] of Object.entries(ggufTokenizer(file))) {
    writeFileSync(join(folder, name), JSON.stringify(content));
  }
  return TextCodec.load({ path: folder, vocabularySize: 100_000 });
}

describe('the tokenizer of a GGUF file', () => {
  for (const [pre, ids] of Object.entries(goldens.ids)) {
    it(`cuts texts as llama.cpp does: ${pre}`, async () => {
      const settings = pre === 'spm' ? { model: 'llama' } : { model: 'gpt2', pre };
      const made = await codec(header(pre === 'spm' ? goldens.spm : goldens.bpe, settings));
      expect(goldens.texts.map((text) => made.encode(text))).toEqual(ids);
    });
  }

  it('gives texts back from their tokens', async () => {
    for (const [vocabulary, model] of [
      [goldens.bpe, 'gpt2'],
      [goldens.spm, 'llama'],
    ] as const) {
      const made = await codec(header(vocabulary, { model, pre: 'llama-bpe' }));
      for (const text of ['Hello, world!', 'naïve café\n  日本語 🙂', 'one two  three']) {
        expect(made.decode(made.encode(text))).toBe(text);
      }
    }
  });

  it('puts the tokens around a text that the file asks for', async () => {
    const plain = await codec(header(goldens.bpe, { model: 'gpt2', pre: 'llama-bpe', add_bos_token: undefined }));
    expect(plain.encode('a')[0]).toBe(1);
    const both = header(goldens.bpe, { model: 'gpt2', pre: 'qwen2', add_bos_token: true, add_eos_token: true });
    const found = (await codec(both)).encode('a');
    expect([found.at(0), found.at(-1)]).toEqual([1, 2]);
  });

  it('has the chat template of the file, and all tokens that end an answer', async () => {
    const template = "{% for m in messages %}<|im_start|>{{ m['role'] }}\n{{ m['content'] }}<|im_end|>{% endfor %}";
    const file = header(goldens.bpe, { model: 'gpt2', pre: 'qwen2', 'tokenizer.chat_template': template });
    const made = await codec(file);
    expect(made.render([{ role: 'user', content: 'hi' }])).toBe('<|im_start|>user\nhi<|im_end|>');
    expect(ggufTokenizer(file)['generation_config.json']).toEqual({ eos_token_id: [2, 4] });
  });

  it('is refused by name where its kind or its way of cutting is not known', () => {
    const refused = (extra: Record<string, unknown>) => () => ggufTokenizer(header(goldens.bpe, extra));
    const error = (message: RegExp) =>
      expect.objectContaining({ code: 'MODEL_UNSUPPORTED', message: expect.stringMatching(message) });
    expect(refused({ model: 'gpt2', pre: 'kimi-k2' })).toThrow(error(/the way "kimi-k2"/));
    expect(refused({ model: 'rwkv' })).toThrow(error(/the kind "rwkv"/));
    expect(refused({ model: 'llama' })).toThrow(error(/no scores/));
  });

  it('is damaged where its lists do not fit each other', () => {
    const damaged = expect.objectContaining({ code: 'MODEL_LOAD' });
    const { tokens } = goldens.bpe;
    expect(() => ggufTokenizer(header({ tokens, kinds: [1] }, { model: 'gpt2' }))).toThrow(damaged);
    const twice = { ...goldens.bpe, tokens: tokens.with(9, tokens[8]!) };
    expect(() => ggufTokenizer(header(twice, { model: 'gpt2' }))).toThrow(damaged);
  });
});
