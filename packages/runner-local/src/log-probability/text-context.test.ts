import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type LogProbability, TEXT_CONTEXTS, type TextContext } from '@assay/core';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { EMBEDDED_MODEL } from '../../test/embedded-model.ts';
import { temporaryFolder } from '../../test/temporary-folder.ts';
import { tinyText, writeTinyTokenizer } from '../../test/tiny-language-model.ts';
import { TextCodec } from '../generation/text-codec.ts';
import { createLocalRunner, type LocalRunner } from '../local-runner.ts';
import { textBehind } from './text-context.ts';

interface Golden {
  readonly context: TextContext;
  readonly text: string;
  readonly tokens: number;
  readonly nats: number;
}

/** Made by the Python packages of tokenizers and onnxruntime: text-contexts.py beside it. */
const GOLDENS = JSON.parse(
  readFileSync(new URL('../../test/fixtures/text-contexts.json', import.meta.url), 'utf8'),
) as readonly Golden[];

describe('the embedded model', () => {
  let runner: LocalRunner;
  beforeAll(async () => {
    runner = await createLocalRunner({ model: EMBEDDED_MODEL, graph: 'model_q4.onnx', workers: 1, digest: 'test' });
  }, 60_000);
  afterAll(() => runner.close());

  it('scores texts behind each context as onnxruntime does in Python', async () => {
    const requests = GOLDENS.map(({ context, text }, at) => ({
      id: `${at}`,
      prompt: '',
      continuation: text,
      context,
    }));
    const answers = new Map<string, LogProbability>();
    for await (const answer of runner.logProbabilities(requests, {})) answers.set(answer.id, answer);
    for (const [at, { nats, tokens }] of GOLDENS.entries()) {
      expect(answers.get(`${at}`)).toMatchObject({
        ok: true,
        tokenCount: tokens,
        logProbability: expect.closeTo(nats, 2),
      });
    }
    expect(new Set(GOLDENS.map(({ context }) => context))).toEqual(new Set(TEXT_CONTEXTS));
  }, 60_000);
});

/** A tokenizer of words; `w3` to `w9` play the special tokens. */
async function codecOf(tokens: { bos?: string; eos?: string; template?: string }): Promise<TextCodec> {
  const folder = temporaryFolder();
  writeTinyTokenizer(folder);
  const { bos, eos, template } = tokens;
  writeFileSync(
    join(folder, 'tokenizer_config.json'),
    JSON.stringify({ unk_token: '<unk>', bos_token: bos, eos_token: eos, chat_template: template }),
  );
  return TextCodec.load({ path: folder, vocabularySize: 48 });
}

const EACH_TURN = '{% for m in messages %}w3 {{ m.role }} {{ m.content }} w4 {% endfor %}';
const EACH_ANSWER =
  "{{ bos_token }}{% for m in messages %}{{ m.content }}{% if m.role == 'assistant' %}w4{% endif %}{% endfor %}";
/** Ids: 1 is </s>, the only known end of a document in this vocabulary; w3 is 3. */
const CASES = [
  ['a bos that begins texts', { bos: 'w3', eos: '</s>' }, 3],
  ['a bos at the start of a conversation', { bos: 'w3', eos: 'w4', template: EACH_ANSWER }, 3],
  ['a bos that opens turns, behind an end of turns', { bos: 'w3', eos: 'w4', template: EACH_TURN }, 1],
  ['no bos, and an end that closes turns', { eos: 'w4', template: EACH_TURN }, 1],
  ['no bos, and an end that closes texts', { eos: 'w4' }, 4],
  ['a template that refuses the conversation', { bos: 'w3', template: "{{ raise_exception('no') }}" }, 3],
] as const;

test.each(CASES)('a document stands behind the right token: %s', async (_, tokens, expected) => {
  const codec = await codecOf(tokens);
  const text = tinyText(10, 11, 12);
  expect(textBehind(codec, text)).toEqual({ tokens: [expected, 10, 11, 12], from: 1 });
});

it('a text that begins with what should stand before it gets no second one', async () => {
  const codec = await codecOf({ bos: 'w3' });
  expect(textBehind(codec, tinyText(3, 10), 'bos')).toEqual({ tokens: [3, 10], from: 1 });
});

it('a tokenizer without the token that is asked for is told', async () => {
  const codec = await codecOf({ eos: 'w4' });
  for (const context of ['bos', 'fmeval'] as const) {
    expect(() => textBehind(codec, tinyText(10), context)).toThrow(
      expect.objectContaining({ code: 'RUNNER_FAILED', hint: expect.stringContaining('context:') }),
    );
  }
  expect(textBehind(codec, tinyText(10), 'lm-eval').tokens).toEqual([4, 10]);
  expect(textBehind(codec, tinyText(10), 'none')).toEqual({ tokens: [10], from: 1 });
});
