import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { Ajv2019 } from 'ajv/dist/2019.js';
import { Ajv2020 } from 'ajv/dist/2020.js';
import OpenAI, { BadRequestError } from 'openai';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { BIN, MODEL, type PeerServer, servePeers } from './peers.ts';

const SUITE = join(BIN, '../suite/json/tests');
/** Every so many schemas of the suite; `ASSAY_SCHEMAS=1` takes all. */
const EVERY = Number(process.env.ASSAY_SCHEMAS ?? 6);
const DRAFT_6 = createRequire(import.meta.url)('ajv/dist/refs/json-schema-draft-06.json');

const VALIDATORS = {
  'draft2020-12': Ajv2020,
  'draft2019-09': Ajv2019,
  draft7: Ajv,
  draft6: Ajv,
} as const;

interface Case {
  readonly draft: keyof typeof VALIDATORS;
  readonly schema: Record<string, unknown> | boolean;
}

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

/** The schemas of the public suite, each once. */
async function suite(): Promise<Case[]> {
  const found = new Map<string, Case>();
  for (const draft of Object.keys(VALIDATORS) as Case['draft'][]) {
    for (const file of (await readdir(join(SUITE, draft))).sort()) {
      if (!file.endsWith('.json')) continue;
      const groups = JSON.parse(await readFile(join(SUITE, draft, file), 'utf8')) as { schema: Case['schema'] }[];
      for (const { schema } of groups) {
        const key = JSON.stringify(schema);
        if (!found.has(key)) found.set(key, { draft, schema });
      }
    }
  }
  return [...found.values()];
}

/** Why a text does not meet a schema; null where it does. */
function fault({ draft, schema }: Case, text: string): string | null {
  const ajv = new VALIDATORS[draft]({ strict: false, validateFormats: false, logger: false });
  if (draft === 'draft6') ajv.addMetaSchema(DRAFT_6);
  try {
    return ajv.validate(schema, JSON.parse(text)) ? null : ajv.errorsText();
  } catch (thrown) {
    return String(thrown);
  }
}

/** @returns undefined where the schema is refused */
async function answer({ schema }: Case, seed: number): Promise<string | undefined> {
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

test('answers held to the schemas of the JSON Schema suite are valid every time, by ajv', async () => {
  const cases = (await suite()).filter((_, at) => at % EVERY === 0);
  const invalid: unknown[] = [];
  let [answered, refused] = [0, 0];
  const asks = cases.flatMap((each, at) => [0, 1, 2].map((draw) => ({ each, seed: 3 * at + draw })));
  const ask = async (): Promise<void> => {
    for (let next = asks.shift(); next !== undefined; next = asks.shift()) {
      const text = await answer(next.each, next.seed);
      if (text === undefined) {
        refused++;
        continue;
      }
      answered++;
      const why = fault(next.each, text);
      if (why !== null) invalid.push([next.each, text, why]);
    }
  };
  await Promise.all(Array.from({ length: 16 }, ask));
  console.log(`${cases.length} schemas, ${answered} answers, ${refused} refused`);
  expect(invalid).toEqual([]);
  expect(answered).toBeGreaterThan(cases.length);
}, 3_600_000);

test('likeliest answers that keep to a form cost the server no more than a fifth beyond free ones, drawn ones no more than twice', async () => {
  const supported: Case[] = [];
  for (const [at, each] of (await suite()).entries())
    if (at % 11 === 0 && supported.length < 16 && (await answer(each, 0)) !== undefined) supported.push(each);
  expect(supported).toHaveLength(16);
  const held = (temperature: number) => (each: Case) => ({
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
    // A drawn answer looks at more of the vocabulary where the form leaves out what is likely: 0.64 was measured.
    expect(middle).toBeGreaterThan(temperature === 0 ? 0.8 : 0.5);
  }
}, 3_600_000);

/** CPU time of the server for a token of the answers, in milliseconds. */
async function spent(
  cases: readonly Case[],
  settings: (each: Case, at: number) => object,
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
