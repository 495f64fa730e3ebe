import { openLocalModel } from '@assay/runner-local';
import OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ServedModel } from '../src/serve/served-model.ts';
import { type StartedServer, startServer } from './model-server.ts';

const MODEL = 'SmolLM2-135M-Instruct';
const END = '<|im_end|>';
/** Texts whose first character is several tokens, and a word that the model ends a line with once it has seen it so. */
const SCRIPTS = {
  Latin: { text: 'Überraschung in Łódź', word: 'Überraschung' },
  Cyrillic: { text: 'Щука — рыба', word: 'Москва' },
  Japanese: { text: '日本の首都は東京', word: '日本' },
  Korean: { text: '한국의 수도는 서울', word: '한국' },
  Hindi: { text: 'हिन्दी भाषा', word: 'नमस्ते' },
  emoji: { text: '😀🎉 and 👍🏽', word: '😀' },
};

let model: ServedModel;
let started: StartedServer;
let client: OpenAI;

beforeAll(async () => {
  model = new ServedModel(await openLocalModel(MODEL, { causal: { workers: 1 } }), MODEL);
  started = await startServer({ main: model });
  client = new OpenAI({ baseURL: `${started.url}/v1`, apiKey: 'any', maxRetries: 0 });
}, 60_000);
afterAll(async () => {
  await started?.stop();
  await model?.runner.close?.();
});

function ask(prompt: string | number[], parameters: object = {}) {
  return client.completions.create({
    model: MODEL,
    prompt,
    max_tokens: 1,
    echo: true,
    logprobs: 5,
    ...parameters,
  }) as Promise<OpenAI.Completion>;
}

function listOf({ choices }: OpenAI.Completion) {
  const { tokens, token_logprobs: values, top_logprobs: top, text_offset: offsets } = choices[0]!.logprobs!;
  return { tokens: tokens!, values: values as (number | null)[], top: top!, offsets: offsets! };
}

/** Bytes of a listed token, which may be a part of a character. */
function bytesOf(name: string): Buffer {
  return name.startsWith('bytes:') ? Buffer.from(name.slice(6).replaceAll('\\x', ''), 'hex') : Buffer.from(name);
}

const close = (values: readonly (number | null)[]) => values.map((value) => value?.toFixed(3) ?? null);

describe.each(Object.entries(SCRIPTS))('%s', (_, { text, word }) => {
  test('an echoed text is listed token by token from the first, with offsets and alternatives', async () => {
    const ids = model.tokenizer!.encode(text);
    const answer = await ask(text);
    const { tokens, values, top, offsets } = listOf(answer);
    expect([tokens.length, values.length, top.length, offsets.length]).toEqual(Array(4).fill(ids.length + 1));
    expect(answer.usage).toMatchObject({ prompt_tokens: ids.length, completion_tokens: 1 });
    expect(Buffer.concat(tokens.slice(0, -1).map(bytesOf)).toString()).toBe(text);
    expect(answer.choices[0]!.text.startsWith(text)).toBe(true);
    // Tokens of one character stand at its place, and every character has a token that ends at it.
    const characters = [...text];
    for (const [at, name] of tokens.slice(0, -1).entries())
      if (!name.startsWith('bytes:')) expect(characters.slice(offsets[at]).join('').startsWith(name)).toBe(true);
    expect(offsets.at(-1)).toBe(characters.length);
    // As the model scores the same tokens directly.
    const request = { id: 'r', prompt: '', continuation: '', tokenIds: ids };
    for await (const direct of model.runner.logProbabilities!([request], {})) {
      if (!direct.ok) throw new Error(direct.error.message);
      expect(close(values.slice(0, -1))).toEqual([null, ...close(direct.tokenLogProbabilities)]);
    }
    for (const [at, alternatives] of top.entries()) {
      if (at === 0) expect(alternatives).toBeNull();
      else {
        expect(Object.keys(alternatives!).length).toBeGreaterThanOrEqual(5);
        expect(alternatives![tokens[at]!]).toBe(values[at]);
      }
    }
  });

  test('token ids say the same as their text', async () => {
    const ids = model.tokenizer!.encode(text);
    const [byText, byIds] = [await ask(text), await ask(ids)];
    expect(byIds.choices).toEqual(byText.choices);
    expect(byIds.usage).toEqual(byText.usage);
  });

  test('the end is listed where it is the next token', async () => {
    const prompt = `${word}${END}\n`.repeat(6) + word;
    const ids = model.tokenizer!.encode(prompt);
    for (const answer of [await ask(prompt), await ask(ids)]) {
      const { tokens, values, offsets } = listOf(answer);
      expect(answer.choices[0]).toMatchObject({ text: prompt, finish_reason: 'stop' });
      expect(tokens).toHaveLength(ids.length + 1);
      expect(tokens.at(-1)).toBe(END);
      expect(values.at(-1)).toBeLessThan(0);
      expect(offsets.at(-1)).toBe([...prompt].length);
      // What lm_eval sums of the word behind the last end: all of its tokens, and not the next.
      const border = model.tokenizer!.encode(prompt.slice(0, -word.length)).length;
      const requests = [{ id: 'r', prompt: prompt.slice(0, -word.length), continuation: word }];
      for await (const direct of model.runner.logProbabilities!(requests, {})) {
        if (!direct.ok) throw new Error(direct.error.message);
        const sum = values.slice(border, -1).reduce<number>((total, value) => total + value!, 0);
        expect(sum).toBeCloseTo(direct.logProbability, 3);
      }
    }
  });

  test('a stream lists the same tokens as the whole answer', async () => {
    const whole = listOf(await ask(text, { max_tokens: 6 }));
    const stream = await client.completions.create({
      model: MODEL,
      prompt: text,
      max_tokens: 6,
      echo: true,
      logprobs: 5,
      stream: true,
    });
    const tokens: string[] = [];
    const offsets: number[] = [];
    let said = '';
    for await (const { choices } of stream) {
      said += choices[0]?.text ?? '';
      tokens.push(...(choices[0]?.logprobs?.tokens ?? []));
      offsets.push(...(choices[0]?.logprobs?.text_offset ?? []));
    }
    expect(said.startsWith(text)).toBe(true);
    expect(tokens).toEqual(whole.tokens);
    expect(offsets).toEqual(whole.offsets);
  });
});

test('the choice that lm_eval got wrong: the end follows a right answer', async () => {
  const { tokens, values } = listOf(await ask('Question: Which river flows through Paris?\nAnswer: Rhine'));
  expect([tokens.at(-1), tokens.length]).toEqual([END, values.length]);
  expect(tokens.slice(-2, -1)).not.toEqual([END]);
});

test('a chat lists every counted token with its bytes and up to 20 alternatives', async () => {
  const messages = [{ role: 'user' as const, content: 'What is the capital of France?' }];
  const parameters = { model: MODEL, messages, max_tokens: 16, logprobs: true, top_logprobs: 20 };
  const answer = await client.chat.completions.create(parameters);
  const content = answer.choices[0]!.logprobs!.content!;
  expect(content).toHaveLength(answer.usage!.completion_tokens);
  expect(content.at(-1)!.token).toBe(END);
  const text = Buffer.from(content.slice(0, -1).flatMap(({ bytes }) => bytes!)).toString();
  expect(text).toBe(answer.choices[0]!.message.content);
  for (const { token, logprob, top_logprobs: top } of content) {
    expect(top).toHaveLength(20);
    expect(top[0]).toMatchObject({ token, logprob });
    expect([...top].sort((a, b) => b.logprob - a.logprob)).toEqual(top);
  }
  const streamed: string[] = [];
  for await (const { choices } of await client.chat.completions.create({ ...parameters, stream: true }))
    streamed.push(...(choices[0]?.logprobs?.content ?? []).map(({ token }) => token));
  expect(streamed).toEqual(content.map(({ token }) => token));
});

test('penalties change what repeats, and the same as OpenAI defines them', async () => {
  const prompt = 'One, one, one, one,';
  const plain = await ask(prompt, { max_tokens: 12, logprobs: null, echo: false });
  const punished = await ask(prompt, { max_tokens: 12, logprobs: null, echo: false, frequency_penalty: 2 });
  expect(punished.choices[0]!.text).not.toBe(plain.choices[0]!.text);
});

test.each([
  [{ temperature: 9 }, 'temperature'],
  [{ temperature: -0.1 }, 'temperature'],
  [{ top_p: 1.1 }, 'top_p'],
  [{ presence_penalty: 2.5 }, 'presence_penalty'],
  [{ frequency_penalty: -2.5 }, 'frequency_penalty'],
  [{ n: 129 }, 'n'],
  [{ n: 0 }, 'n'],
  [{ stop: ['a', 'b', 'c', 'd', 'e'] }, 'stop'],
  [{ stop: [''] }, 'stop.0'],
  [{ seed: 1.5 }, 'seed'],
  [{ logprobs: 21 }, 'logprobs'],
  [{ max_tokens: -1 }, 'max_tokens'],
  [{ suffix: 'x' }, 'suffix'],
  [{ best_of: 2 }, 'best_of'],
  [{ logit_bias: { 5: 1 } }, 'logit_bias'],
  [{ guided_regex: '[ab]' }, 'guided_regex'],
  [{ prompt: ['a', [1, 2]] }, 'prompt'],
  [{ prompt: [1, 'a'] }, 'prompt'],
  [{ prompt: [-1] }, 'prompt.0'],
  [{ prompt: [49_152] }, 'prompt'],
  [{ prompt: [[1], [2 ** 40]] }, 'prompt'],
  [{ prompt: [] }, 'prompt'],
])('%j is refused, and the member named', async (parameters, param) => {
  await expect(ask('a', parameters)).rejects.toMatchObject({ status: 400, param, type: 'invalid_request_error' });
});

test('seeds of 64 bits, labels and members that say nothing are taken', async () => {
  const parameters = { seed: 2 ** 62, user: 'me', logit_bias: {}, best_of: 1, metadata: null };
  expect((await ask('One, two,', { ...parameters, temperature: 1, n: 2 })).choices).toHaveLength(2);
});
