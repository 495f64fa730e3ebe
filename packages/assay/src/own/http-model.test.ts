import { expect, test } from 'vitest';
import { httpModel } from './http-model.ts';

const prompt = {
  ...{ id: 'a', text: '[{"role":"user","content":"Hi"}]', maxNewTokens: 8, temperature: 0, stop: [], seed: 1 },
  messages: [{ role: 'user' as const, content: 'Hi' }],
  fields: { 'vars.word': 'a "word"', 'vars.none': null },
  signal: new AbortController().signal,
};

async function asked(block: Parameters<typeof httpModel>[0], answer: string, env: NodeJS.ProcessEnv = {}) {
  let sent: { method?: string | undefined; headers?: unknown; body?: unknown } = {};
  const ask = async (_: unknown, { method, headers, body }: RequestInit = {}) => {
    sent = { method, headers, body: body === undefined ? undefined : JSON.parse(String(body)) };
    return new Response(answer);
  };
  const model = httpModel(block, env, undefined, { ask });
  return { sent, said: await model.generate(prompt), get: () => sent };
}

test('fields of the row and the prompt as a value stand in the request', async () => {
  const { get, said } = await asked(
    {
      url: 'https://a.example/x',
      body: { turns: '$prompt_json', note: `on \${vars.word}\${vars.none}`, cost: `$5 \${other}` },
      headers: { 'x-word': `\${vars.word}` },
      headers_env: { Authorization: `Bearer \${APP_KEY}` },
      output: 'reply[0]',
    },
    '{"reply":["yes"]}',
    { APP_KEY: 'k' },
  );
  expect(said).toBe('yes');
  expect(get()).toMatchObject({
    method: 'POST',
    headers: { 'x-word': 'a "word"', Authorization: 'Bearer k' },
    body: { turns: [{ role: 'user', content: 'Hi' }], note: 'on a "word"', cost: `$5 \${other}` },
  });
});

test('code finds the text in JSON and in what is none; a value is its JSON', async () => {
  const url = 'https://a.example/x';
  const read = async (code: string, answer: string) => (await asked({ url, output_code: code }, answer)).said;
  expect(await read('json.a[1]', '{"a":[1,"two"]}')).toBe('two');
  expect(await read('(json, text) => text.split("data: ").join("")', 'data: adata: b')).toBe('ab');
  expect(await read('({ output: { a: json.n } })', '{"n":1}')).toEqual({ text: '{"a":1}', form: 'json' });
  await expect(read('json.a.b', '{}')).rejects.toThrow('http.output_code fails');
  await expect(read('json.a', '{}')).rejects.toThrow('gives no text');
});

test('GET sends no body, and a key that is not set is named', async () => {
  const { get } = await asked({ url: 'https://a.example/x', method: 'GET' }, '{"text":"x"}');
  expect(get()).toMatchObject({ method: 'GET', body: undefined });
  await expect(asked({ url: 'https://a.example/x', headers_env: { A: `Bearer \${GONE}` } }, '{}')).rejects.toThrow(
    'is to come from GONE, which is not set',
  );
});
