import { hash } from 'node:crypto';
import {
  AssayError,
  compileFieldPath,
  type Fetch,
  type HttpBlock,
  headerVariables,
  networkError,
  RetryBudget,
  type RunnerHooks,
  readText,
  runJavascriptLater,
  systemClock,
  withoutUrlSecrets,
} from '@assay/core';
import type { OwnAnswer, OwnModel, OwnPrompt } from './own-model.ts';

/** Calls for one prompt, the first included. */
const MAX_ATTEMPTS = 4;
/** How long the code that reads an answer may take. */
const CODE_MS = 10_000;
/** Of an answer no more is read. */
const MAX_BYTES = 16 * 2 ** 20;

interface HttpModelOptions {
  /** What calls the server. @default fetch */
  readonly ask?: Fetch | undefined;
  /** What a request says besides of itself. */
  readonly sign?: (() => object) | undefined;
}

/**
 * A server of any shape: the body with the prompt in it is posted, and the text is what a JMESPath finds in the answer.
 * @param env where `headers_env` is looked up @throws AssayError CONFIG_INVALID
 */
export function httpModel(
  block: HttpBlock,
  env: NodeJS.ProcessEnv,
  onWait?: RunnerHooks['onWait'],
  { ask = fetch, sign }: HttpModelOptions = {},
): OwnModel {
  const { url, method = 'POST', body = { prompt: '$prompt' }, output = 'text', output_code: code } = block;
  const fixed = { 'content-type': 'application/json', ...headersFrom(block, env) };
  const find = code === undefined ? outputPath(output) : outputCode(code);
  const retries = new RetryBudget({
    clock: systemClock,
    maxAttempts: MAX_ATTEMPTS,
    onWait: ({ message }, waitMs) => onWait?.({ reason: message, waitMs }),
  });
  return {
    id: `http:${withoutUrlSecrets(url)}#${block.version ?? ''}${digestOf(block)}`,
    concurrency: block.concurrency,
    timeoutMs: block.timeout_s === undefined ? undefined : block.timeout_s * 1000,
    generate: async (asked): Promise<OwnAnswer> => {
      const prompt = sign === undefined ? asked : { ...asked, fields: { ...asked.fields, ...sign() } };
      const headers = { ...fixed, ...(filled(block.headers ?? {}, prompt) as Record<string, string>) };
      const payload = method === 'GET' ? {} : { body: JSON.stringify(filled(body, prompt)) };
      const call = async (_: number, signal: AbortSignal) =>
        find(await request(ask, url, { method, headers, ...payload, signal }));
      const outcome = await retries.run(prompt.id, call, prompt.signal);
      if (outcome.ok) return outcome.value;
      throw outcome.error;
    },
  };
}

/** What of a request bears on the answer, besides its address. */
function digestOf({ method, body, output, output_code: code, headers }: HttpBlock): string {
  const parts = [method, body, output, code, headers];
  if (parts.every((part) => part === undefined)) return '';
  return `#${hash('sha256', JSON.stringify(parts), 'hex').slice(0, 16)}`;
}

/**
 * `$prompt` and `${field}` in any text of the body. A text that is `$messages` alone becomes the conversation, `$turns` the same
 * without its system texts, which are `$system`, and `$prompt_json` the prompt as a value where it is JSON.
 */
function filled(value: unknown, prompt: OwnPrompt): unknown {
  if (value === '$messages')
    return prompt.messages.map(({ role, content, parts }) => ({ role, content: parts ?? content }));
  // Anthropic's protocol has the system's text apart.
  if (value === '$turns')
    return prompt.messages.flatMap(({ role, content, parts }) =>
      role === 'system' ? [] : [{ role, content: parts ?? content }],
    );
  if (value === '$system') return systemOf(prompt);
  if (value === '$max_new_tokens') return prompt.maxNewTokens;
  if (value === '$prompt_json') return jsonOr(prompt.text);
  if (typeof value === 'string')
    return value.replaceAll(/\$prompt|\$\{([^}]+)\}/g, (whole, name?: string) =>
      name === undefined ? prompt.text : fieldText(whole, name.trim(), prompt),
    );
  if (Array.isArray(value)) return value.map((each) => filled(each, prompt));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, filled(each, prompt)]));
}

/** Undefined where there is none: its key is left out. */
function systemOf({ messages }: OwnPrompt): string | undefined {
  const texts = messages.filter(({ role }) => role === 'system').map(({ content }) => content);
  return texts.length === 0 ? undefined : texts.join('\n\n');
}

function fieldText(written: string, name: string, { fields = {} }: OwnPrompt): string {
  const value = fields[name];
  if (value === undefined) return written;
  if (value === null) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function jsonOr(text: string): unknown {
  if (!/^\s*[[{]/.test(text)) return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

interface Answer {
  readonly json: unknown;
  readonly text: string;
}

async function request(
  ask: Fetch,
  url: string,
  given: RequestInit & { readonly signal: AbortSignal },
): Promise<Answer> {
  const { signal } = given;
  const shown = withoutUrlSecrets(url);
  let response: Response;
  let text: string;
  try {
    response = await ask(url, { ...given, redirect: 'error' });
    text = await readText(response, MAX_BYTES);
  } catch (cause) {
    if (signal.aborted) throw signal.reason;
    throw networkError(cause, shown, 'Is it running, and http.url right?');
  }
  if (!response.ok) throw statusError(response, shown, text);
  try {
    return { json: JSON.parse(text) as unknown, text };
  } catch {
    return { json: undefined, text };
  }
}

/** The text that JavaScript finds, which runs in a thread of its own; anything else than a text as JSON. */
function outputCode(code: string): (answer: Answer) => Promise<OwnAnswer> {
  const written = code.trim();
  const isFunction = /^(?:\(.*?\)\s*=>|function\s*\(.*?\))/s.test(written);
  const body = isFunction ? `return (${written})(json, text)` : `return (${written})`;
  return async ({ json = null, text }) => {
    const job = { body, names: ['json', 'text'] as const, output: json, context: text };
    const result = await runJavascriptLater(job, CODE_MS);
    if (!result.ok) throw new AssayError('RUNNER_FAILED', `http.output_code fails: ${result.message.slice(0, 200)}`);
    const { value } = result;
    const made = typeof value === 'object' && value !== null && 'output' in value ? value.output : value;
    if (made === undefined || made === null) throw new AssayError('RUNNER_FAILED', 'http.output_code gives no text');
    return typeof made === 'string' ? made : { text: JSON.stringify(made), form: 'json' };
  };
}

function statusError(response: Response, url: string, text: string): AssayError {
  const { status } = response;
  const said = `${url} answered ${status}: ${text.slice(0, 200)}`;
  if (status === 429) {
    const seconds = Number(response.headers.get('retry-after'));
    return new AssayError('RUNNER_THROTTLED', said, { retryAfterMs: seconds > 0 ? seconds * 1000 : undefined });
  }
  if (status === 408) return new AssayError('RUNNER_TIMEOUT', said);
  return new AssayError(status >= 500 ? 'RUNNER_CRASHED' : 'RUNNER_FAILED', said);
}

function outputPath(output: string): (answer: Answer) => OwnAnswer {
  let path: ReturnType<typeof compileFieldPath>;
  try {
    path = compileFieldPath(output);
  } catch (cause) {
    throw new AssayError('CONFIG_INVALID', `http.output is no JMESPath: ${output}`, { cause });
  }
  return ({ json: answer, text }) => {
    const isRead = typeof answer === 'object' && answer !== null;
    const found = isRead ? path.read(answer as Record<string, unknown>) : answer === undefined ? text : undefined;
    if (typeof found === 'string') return found;
    if (output === '@' && found !== undefined) return { text: JSON.stringify(found), form: 'json' };
    const keys = typeof answer === 'object' && answer !== null ? Object.keys(answer).slice(0, 10).join(', ') : '';
    throw new AssayError('RUNNER_FAILED', `the answer has no text at ${output}; its keys: ${keys || 'none'}`, {
      hint: 'set http.output to the JMESPath of the text',
    });
  };
}

function headersFrom({ headers_env: named = {} }: HttpBlock, env: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(
    Object.entries(named).map(([header, variable]) => {
      const values = headerVariables(variable).map((name): readonly [string, string] => {
        const value = env[name];
        if (value !== undefined && value !== '') return [name, value];
        throw new AssayError('CONFIG_INVALID', `the header ${header} is to come from ${name}, which is not set`, {
          hint: `export ${name}=…`,
        });
      });
      const [first] = values;
      if (first !== undefined && variable === first[0]) return [header, first[1]];
      return [header, values.reduce((text, [name, value]) => text.replaceAll(`\${${name}}`, () => value), variable)];
    }),
  );
}
