import {
  AssayError,
  compileFieldPath,
  type Fetch,
  type HttpBlock,
  networkError,
  RetryBudget,
  type RunnerHooks,
  readText,
  systemClock,
  withoutUrlSecrets,
} from '@assay/core';
import type { OwnAnswer, OwnModel, OwnPrompt } from './own-model.ts';

/** Calls for one prompt, the first included. */
const MAX_ATTEMPTS = 4;
/** Of an answer no more is read. */
const MAX_BYTES = 16 * 2 ** 20;

/**
 * A server of any shape: the body with the prompt in it is posted, and the text is what a JMESPath finds in the answer.
 * @param env where `headers_env` is looked up @param ask what calls the server @throws AssayError CONFIG_INVALID
 */
export function httpModel(
  block: HttpBlock,
  env: NodeJS.ProcessEnv,
  onWait?: RunnerHooks['onWait'],
  ask: Fetch = fetch,
): OwnModel {
  const { url, body = { prompt: '$prompt' }, output = 'text' } = block;
  const headers = { 'content-type': 'application/json', ...block.headers, ...headersFrom(block, env) };
  const find = outputPath(output);
  const retries = new RetryBudget({
    clock: systemClock,
    maxAttempts: MAX_ATTEMPTS,
    onWait: ({ message }, waitMs) => onWait?.({ reason: message, waitMs }),
  });
  return {
    id: `http:${withoutUrlSecrets(url)}#${block.version ?? ''}`,
    concurrency: block.concurrency,
    timeoutMs: block.timeout_s === undefined ? undefined : block.timeout_s * 1000,
    generate: async (prompt): Promise<OwnAnswer> => {
      const payload = JSON.stringify(filled(body, prompt));
      const call = async (_: number, signal: AbortSignal) => find(await post(ask, url, headers, payload, signal));
      const outcome = await retries.run(prompt.id, call, prompt.signal);
      if (outcome.ok) return outcome.value;
      throw outcome.error;
    },
  };
}

/** `$prompt` in any text of the body; a text that is `$messages` alone becomes the conversation. */
function filled(value: unknown, prompt: OwnPrompt): unknown {
  if (value === '$messages') return prompt.messages;
  if (value === '$max_new_tokens') return prompt.maxNewTokens;
  if (typeof value === 'string') return value.replaceAll('$prompt', () => prompt.text);
  if (Array.isArray(value)) return value.map((each) => filled(each, prompt));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, filled(each, prompt)]));
}

async function post(
  ask: Fetch,
  url: string,
  headers: Record<string, string>,
  body: string,
  signal: AbortSignal,
): Promise<unknown> {
  const shown = withoutUrlSecrets(url);
  let response: Response;
  let text: string;
  try {
    response = await ask(url, { method: 'POST', headers, body, signal, redirect: 'error' });
    text = await readText(response, MAX_BYTES);
  } catch (cause) {
    if (signal.aborted) throw signal.reason;
    throw networkError(cause, shown, 'Is it running, and http.url right?');
  }
  if (!response.ok) throw statusError(response, shown, text);
  try {
    return JSON.parse(text);
  } catch {
    return { text };
  }
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

function outputPath(output: string): (answer: unknown) => OwnAnswer {
  let path: ReturnType<typeof compileFieldPath>;
  try {
    path = compileFieldPath(output);
  } catch (cause) {
    throw new AssayError('CONFIG_INVALID', `http.output is no JMESPath: ${output}`, { cause });
  }
  return (answer) => {
    const found = typeof answer === 'object' && answer !== null ? path.read({ ...answer }) : undefined;
    if (typeof found === 'string') return found;
    const keys = typeof answer === 'object' && answer !== null ? Object.keys(answer).slice(0, 10).join(', ') : '';
    throw new AssayError('RUNNER_FAILED', `the answer has no text at ${output}; its keys: ${keys || 'none'}`, {
      hint: 'set http.output to the JMESPath of the text',
    });
  };
}

function headersFrom({ headers_env: named = {} }: HttpBlock, env: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(
    Object.entries(named).map(([header, variable]) => {
      const value = env[variable];
      if (value !== undefined && value !== '') return [header, value];
      throw new AssayError('CONFIG_INVALID', `the header ${header} is to come from ${variable}, which is not set`, {
        hint: `export ${variable}=…`,
      });
    }),
  );
}
