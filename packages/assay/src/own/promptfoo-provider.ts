import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import { AssayError, importCode, type ModuleBlock } from '@assay/core';
import { z } from 'zod';
import { execModel } from './exec-model.ts';
import type { OwnAnswer, OwnModel, OwnPrompt } from './own-model.ts';
import { PROVIDER_DRIVER } from './promptfoo-provider-driver.ts';

type Provider = NonNullable<ModuleBlock['provider']>;
type CallApi = (prompt: string, context: object, options: object) => unknown;

/**
 * A provider that was written for promptfoo: a class or an object with `callApi`, or a function, in JavaScript; a function of
 * prompt, options and context in Python. Its context has the variables of the test.
 * @see https://www.promptfoo.dev/docs/providers/custom-api/ @throws AssayError CONFIG_INVALID
 */
export async function providerModel(
  path: string,
  name: string,
  provider: Provider,
  { concurrency, timeout_s: timeoutS }: ModuleBlock,
): Promise<OwnModel> {
  const digest = await digestOf(path, provider);
  const id = `provider:${basename(path)}#${name}@sha256:${digest}`;
  if (path.endsWith('.py')) {
    const called = name === 'default' ? 'call_api' : name;
    const command = ['python3', '-c', PROVIDER_DRIVER, path, called, JSON.stringify(provider)];
    const python = execModel({ command, concurrency: concurrency ?? 1, timeout_s: timeoutS }, dirname(path));
    return { ...python, id, generate: (prompt) => python.generate({ ...prompt, text: promptText(prompt) }) };
  }
  const call = callApiOf(await importCode(path, { digest }), name, provider, path);
  return {
    id,
    generate: async (prompt) => {
      const raw = promptText(prompt);
      const context = { vars: varsOf(prompt), prompt: { raw, label: raw } };
      return answerOf(await call(raw, context, { abortSignal: prompt.signal }));
    },
    concurrency,
    timeoutMs: timeoutS === undefined ? undefined : timeoutS * 1000,
  };
}

/** What tells how alike texts are: one of the two. */
interface ProviderEncoder {
  readonly id: string;
  /** The vector of a text. */
  readonly embed: (text: string) => Promise<readonly number[]>;
  /** How alike a text is to what is expected, 0 to 1. */
  readonly alike?: (expected: string, text: string) => Promise<number>;
}

/**
 * A provider that was written for promptfoo to embed texts (`callEmbeddingApi`) or to compare them (`callSimilarityApi`), in
 * JavaScript or TypeScript. @throws AssayError CONFIG_INVALID
 */
export async function providerEncoder(
  { file, export: name = 'default', provider = { id: file } }: ModuleBlock,
  baseDir: string,
): Promise<ProviderEncoder> {
  const path = resolve(baseDir, file);
  const digest = await digestOf(path, provider);
  const id = `provider:${basename(path)}#${name}@sha256:${digest}:vectors`;
  const made = instanceOf(await importCode(path, { digest }), name, provider) as EncoderMethods;
  const { callEmbeddingApi: embeds, callSimilarityApi: compares } = made;
  if (embeds === undefined && compares === undefined)
    throw new AssayError('CONFIG_INVALID', `${file} exports no provider ${JSON.stringify(name)} of embeddings`, {
      hint: 'a class with `callEmbeddingApi` or `callSimilarityApi`',
    });
  return {
    id,
    embed: async (text) => numbers.parse(foundIn(await embeds!.call(made, text), 'embedding')),
    ...(compares === undefined
      ? {}
      : {
          alike: async (expected, text) =>
            z.number().parse(foundIn(await compares.call(made, expected, text), 'similarity')),
        }),
  };
}

const numbers = z.array(z.number()).min(1);

interface EncoderMethods {
  readonly callEmbeddingApi?: (text: string) => unknown;
  readonly callSimilarityApi?: (expected: string, text: string) => unknown;
}

/** @throws Error what the provider says went wrong */
function foundIn(given: unknown, name: string): unknown {
  const { error, [name]: found } = (given ?? {}) as Readonly<Record<string, unknown>>;
  if (error !== undefined && error !== null) throw new Error(String(error));
  return found;
}

async function digestOf(path: string, provider: Provider): Promise<string> {
  const bytes = await readFile(path).catch((cause: unknown) => {
    throw new AssayError('CONFIG_INVALID', `cannot read the provider ${path}`, { cause });
  });
  return createHash('sha256').update(bytes).update(JSON.stringify(provider)).digest('hex').slice(0, 16);
}

/** A conversation as promptfoo hands it over: as JSON. */
function promptText({ text, messages }: OwnPrompt): string {
  return messages.length > 1 ? JSON.stringify(messages) : text;
}

/** A provider of a file: a class of them is made into one. */
function instanceOf(module: Readonly<Record<string, unknown>>, name: string, provider: Provider): unknown {
  const found = module[name];
  const methods = typeof found === 'function' ? Object.getOwnPropertyNames(found.prototype ?? {}) : [];
  const isClass = methods.some((method) => /^call(?:Embedding|Similarity)?Api$/.test(method));
  return isClass ? new (found as new (options: Provider) => unknown)(provider) : found;
}

function callApiOf(module: Readonly<Record<string, unknown>>, name: string, provider: Provider, path: string): CallApi {
  const made = instanceOf(module, name, provider);
  const { callApi } = (made ?? {}) as { readonly callApi?: CallApi };
  if (typeof callApi === 'function') return callApi.bind(made);
  if (typeof made === 'function') return made as CallApi;
  throw new AssayError('CONFIG_INVALID', `${path} exports no provider ${JSON.stringify(name)}`, {
    hint: 'a class with `callApi`, or a function',
  });
}

function varsOf({ fields }: OwnPrompt): object {
  return (fields?.vars ?? {}) as object;
}

function answerOf(given: unknown): OwnAnswer {
  const answer = (typeof given === 'object' && given !== null ? given : { output: given }) as {
    readonly output?: unknown;
    readonly error?: unknown;
    readonly tokenUsage?: { readonly prompt?: unknown; readonly completion?: unknown };
  };
  if (answer.error !== undefined && answer.error !== null) throw new Error(String(answer.error));
  const { output, tokenUsage: usage } = answer;
  if (output === undefined || output === null) throw new Error('the provider gives no output');
  return {
    ...(typeof output === 'string' ? { text: output } : { text: JSON.stringify(output), form: 'json' as const }),
    ...(typeof usage?.prompt === 'number' ? { promptTokens: usage.prompt } : {}),
    ...(typeof usage?.completion === 'number' ? { newTokens: usage.completion } : {}),
  };
}
