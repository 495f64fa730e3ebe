import { AssayError, type Completed } from '@assay/core';
import type { Jmespath } from './jmespath.ts';

export interface Answer {
  readonly text: string;
  readonly finishReason: Completed['finishReason'];
  readonly promptTokens?: number;
  readonly newTokens?: number;
}

/** The generated text of an endpoint's answer. @throws AssayError AWS_RESPONSE_SHAPE */
export const readAnswer = (body: string, output: Jmespath): Answer => readParsed(parseAnswer(body), output);

/** The same of JSON that was read already. @throws AssayError AWS_RESPONSE_SHAPE */
export function readParsed(parsed: unknown, output: Jmespath): Answer {
  const found = output.find(parsed);
  const text = Array.isArray(found) && found.length === 1 ? found[0] : found;
  if (typeof text !== 'string' && typeof text !== 'number' && typeof text !== 'boolean') {
    throw missing(output, found, parsed);
  }
  return { text: String(text), ...usageOf(parsed) };
}

/** Token log-probabilities, in nats; a single number counts as one token. @throws AssayError AWS_RESPONSE_SHAPE */
export function readLogProbabilities(body: string, path: Jmespath): number[] {
  const parsed = parseAnswer(body);
  const found = path.find(parsed);
  if (typeof found === 'number') return [found];
  if (!Array.isArray(found)) throw missing(path, found, parsed);
  // The first token of a text has no probability: containers say null.
  return found.filter((value): value is number => typeof value === 'number');
}

export function parseAnswer(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch (cause) {
    const shown = body.length > 80 ? `${body.slice(0, 77)}…` : body;
    throw new AssayError('AWS_RESPONSE_SHAPE', `the endpoint’s answer is not JSON: ${JSON.stringify(shown)}`, {
      cause,
    });
  }
}

function missing(path: Jmespath, found: unknown, parsed: unknown): AssayError {
  const what = found === null ? 'finds nothing' : `finds ${Array.isArray(found) ? 'a list' : typeof found}`;
  return new AssayError(
    'AWS_RESPONSE_SHAPE',
    `JMESPath "${path.text}" ${what} in the answer, which has ${describeShape(parsed)}`,
    {
      hint: 'Set evaluation_config.output to the path of the text.',
    },
  );
}

/** The keys of an answer without its values: `[0].{generated_text, details.{tokens}}`. */
export function describeShape(value: unknown, depth = 0): string {
  if (Array.isArray(value)) {
    if (value.length === 0) return '[]';
    const inner = describeShape(value[0], depth);
    return `[0]${inner.startsWith('[') || inner === '' ? inner : `${inner.startsWith('{') ? '.' : ' '}${inner}`}`;
  }
  if (typeof value !== 'object' || value === null)
    return depth === 0 ? `a ${value === null ? 'null' : typeof value}` : '';
  const keys = Object.entries(value).map(([key, member]) => {
    const inner = depth >= 2 ? '' : describeShape(member, depth + 1);
    return inner === '' ? key : `${key}${inner.startsWith('{') ? '.' : ''}${inner}`;
  });
  return `{${keys.join(', ')}}`;
}

interface Usage {
  readonly details?: {
    readonly finish_reason?: string;
    readonly generated_tokens?: number;
    readonly prefill?: readonly unknown[];
  };
  readonly usage?: { readonly prompt_tokens?: number; readonly completion_tokens?: number };
  readonly choices?: readonly { readonly finish_reason?: string }[];
}

/** Token counts and the reason of the end, where the container tells them as TGI or an OpenAI-style server does. */
function usageOf(parsed: unknown): Omit<Answer, 'text'> {
  const first = ((Array.isArray(parsed) ? parsed[0] : parsed) ?? {}) as Usage;
  if (typeof first !== 'object') return { finishReason: 'stop' };
  const promptTokens = first.usage?.prompt_tokens ?? first.details?.prefill?.length;
  const newTokens = first.usage?.completion_tokens ?? first.details?.generated_tokens;
  const reason = first.details?.finish_reason ?? first.choices?.[0]?.finish_reason;
  return {
    finishReason: reason === 'length' || reason === 'max_tokens' ? 'length' : 'stop',
    ...(typeof promptTokens === 'number' && promptTokens > 0 ? { promptTokens } : {}),
    ...(typeof newTokens === 'number' ? { newTokens } : {}),
  };
}
