// Bodies of requests to `assay serve`: an answer, or an error of the client's; never one of the server's.
import { createScriptedRunner } from '@assay/core';
import { createModelServer } from '../../packages/cli/dist/serve/create-model-server.js';
import { ServedModel } from '../../packages/cli/dist/serve/served-model.js';
import { mutateBytes, mutateValue } from '../mutate.mjs';
import { Violation } from '../target.mjs';

const SEEDS = {
  '/v1/chat/completions': {
    model: 'small',
    messages: [
      { role: 'system', content: 'Be brief.' },
      { role: 'user', content: [{ type: 'text', text: 'Well?' }] },
    ],
    temperature: 0.3,
    max_tokens: 8,
    n: 2,
    stop: ['\n'],
    seed: 1,
    stream: true,
    stream_options: { include_usage: true },
    response_format: {
      type: 'json_schema',
      json_schema: { name: 'x', schema: { type: 'object', properties: { a: { type: 'integer' } } } },
    },
  },
  '/v1/completions': { prompt: ['one', 'two'], max_tokens: 4, echo: true, logprobs: 2, stop: 'x', top_p: 0.9 },
  '/v1/responses': { input: [{ role: 'user', content: 'Well?' }], max_output_tokens: 16, instructions: 'Be brief.' },
  '/v1/embeddings': { input: ['a', 'b'], encoding_format: 'base64' },
  '/invocations': { inputs: 'Well?', parameters: { max_new_tokens: 4, do_sample: true, top_k: 5, details: true } },
  '/tokenize': { prompt: 'Well?', add_special_tokens: true },
};

const failures = [];
const runner = await createScriptedRunner({ answers: [], otherwise: 'yes' });
const { server } = createModelServer(
  { main: new ServedModel(runner, 'small') },
  {
    isLoopback: true,
    hooks: { onFailure: (thrown) => failures.push(thrown) },
  },
);
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
const { port } = server.address();

export function make(random) {
  const path = random.pick(Object.keys(SEEDS));
  const body = random.chance(0.75)
    ? Buffer.from(JSON.stringify(mutateValue(SEEDS[path], random)) ?? '')
    : mutateBytes(Buffer.from(JSON.stringify(SEEDS[path])), random, []);
  return { path, body };
}

export const freeze = ({ path, body }) => ({ path, base64: body.toString('base64') });
export const revive = ({ path, base64 }) => ({ path, body: Buffer.from(base64, 'base64') });

export async function check({ path, body }) {
  failures.length = 0;
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(`http://127.0.0.1:${port}${path}`, { method: 'POST', headers, body });
  const text = await response.text();
  if (response.status >= 500)
    throw new Violation(`${path} answers ${response.status}: ${text.slice(0, 300)} ${failures[0]?.stack ?? ''}`);
  if (/\n\s+at .*\.js:\d+/.test(text)) throw new Violation(`a stack in the answer: ${text.slice(0, 300)}`);
}
