import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import OpenAI, { BadRequestError } from 'openai';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { MODEL, type PeerServer, servePeers } from './peers.ts';
import { drawnSchemas, fault, type SchemaCase, suiteSchemas } from './schemas.ts';

/** Every so many schemas; `ASSAY_SCHEMAS=1` takes all. */
const EVERY = Number(process.env.ASSAY_SCHEMAS ?? 8);
/** Of the public suite, this many can be kept to; as many more are made up as are missing to a thousand. */
const SCHEMAS = 1000;

let folder: string;
let server: PeerServer;
let client: OpenAI;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'assay-constrained-'));
  server = await servePeers(folder);
  client = new OpenAI({ baseURL: `${server.url}/v1`, apiKey: 'any', maxRetries: 0 });
}, 300_000);
afterAll(async () => {
  await server?.stop();
  await rm(folder, { recursive: true, force: true });
});

/** @returns undefined where the schema is refused */
async function answer({ schema }: SchemaCase, seed: number): Promise<string | undefined> {
  const asked = {
    model: MODEL,
    messages: [{ role: 'user' as const, content: `Write JSON number ${seed}.` }],
    max_tokens: 64,
    temperature: seed % 2 === 0 ? 0 : 0.9,
    seed,
    response_format: { type: 'json_schema', json_schema: { name: 'answer', schema } },
  };
  try {
    const { choices } = await client.chat.completions.create(asked as never);
    return (choices as { message: { content: string } }[])[0]!.message.content;
  } catch (thrown) {
    if (!(thrown instanceof BadRequestError)) throw thrown;
    expect(thrown.code).toBe('invalid_response_format');
    return undefined;
  }
}

/** The cases that are not refused, with a likeliest answer and a drawn one each. */
async function answerAll(cases: readonly SchemaCase[], most: number): Promise<(readonly [SchemaCase, string])[]> {
  const found: (readonly [SchemaCase, string])[] = [];
  const open = [...cases.entries()];
  let kept = 0;
  const ask = async (): Promise<void> => {
    for (let next = open.shift(); next !== undefined && kept < most; next = open.shift()) {
      const [at, each] = next;
      const likeliest = await answer(each, 2 * at);
      if (likeliest === undefined) continue;
      kept++;
      found.push([each, likeliest], [each, (await answer(each, 2 * at + 1))!]);
    }
  };
  await Promise.all(Array.from({ length: 16 }, ask));
  return found;
}

test('answers held to the schemas of the JSON Schema suite, and to drawn ones, are valid every time, by ajv', async () => {
  const suite = (await suiteSchemas()).filter((_, at) => at % EVERY === 0);
  const answers = await answerAll(suite, suite.length);
  const ofSuite = answers.length / 2;
  const missing = Math.max(0, Math.ceil(SCHEMAS / EVERY) - ofSuite);
  answers.push(...(await answerAll(drawnSchemas(2 * missing), missing)));
  const invalid = answers.flatMap(([each, text]) => {
    const why = fault(each, text);
    return why === null ? [] : [[each, text, why]];
  });
  const drawn = answers.length / 2 - ofSuite;
  console.log(
    `${ofSuite} schemas of the suite's ${suite.length}, ${drawn} drawn ones, ${answers.length} answers: ${invalid.length} invalid`,
  );
  expect(invalid).toEqual([]);
  expect(ofSuite).toBeGreaterThan(suite.length / 3);
  expect(ofSuite + drawn).toBeGreaterThanOrEqual(SCHEMAS / EVERY);
}, 7_200_000);

test('answers that keep to a form are made at no less than four fifths of the rate of free ones, likeliest and drawn', async () => {
  const supported: SchemaCase[] = [];
  for (const [at, each] of (await suiteSchemas()).entries())
    if (at % 11 === 0 && supported.length < 16 && (await answer(each, 0)) !== undefined) supported.push(each);
  expect(supported).toHaveLength(16);
  const held = (temperature: number) => (each: SchemaCase) => ({
    temperature,
    response_format: { type: 'json_schema', json_schema: { name: 'answer', schema: each.schema } },
  });
  for (const temperature of [0, 0.9]) {
    const lengths: number[] = [];
    const ratios: number[] = [];
    for (let round = 0; round < 4; round++) {
      const own = await spent(supported, held(temperature), (tokens, at) => {
        lengths[at] = tokens;
      });
      const free = await spent(supported, (_, at) => ({ temperature, max_tokens: lengths[at] }));
      ratios.push(free / own);
    }
    // The first round reads the forms.
    const [, ...warm] = ratios;
    const middle = warm.sort((a, b) => a - b)[1]!;
    console.log(
      `at temperature ${temperature}: ${middle.toFixed(3)} of the free rate by CPU time (${ratios.map((each) => each.toFixed(3)).join(', ')})`,
    );
    expect(middle).toBeGreaterThan(0.8);
  }
}, 3_600_000);

/** CPU time of the server for a token of the answers, in milliseconds. */
async function spent(
  cases: readonly SchemaCase[],
  settings: (each: SchemaCase, at: number) => object,
  onAnswer: (tokens: number, at: number) => void = () => {},
): Promise<number> {
  const before = await server.cpuMs();
  let total = 0;
  await Promise.all(
    cases.map(async (each, at) => {
      const messages = [{ role: 'user' as const, content: `Write JSON number ${at}.` }];
      const asked = { model: MODEL, messages, max_tokens: 48, seed: at, ...settings(each, at) };
      const { usage } = await client.chat.completions.create(asked as never);
      const { completion_tokens: tokens } = usage as { completion_tokens: number };
      total += tokens;
      onAnswer(tokens, at);
    }),
  );
  return ((await server.cpuMs()) - before) / total;
}
