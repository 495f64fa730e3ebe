import type { JumpStartDocument, Payload } from './jumpstart-document.ts';
import { isObject } from './parse-document.ts';

/** Stands in a body where the prompt goes. */
export const PROMPT_MARK = '$prompt';

/** How to ask a model, and where its answer stands, by the examples in its document. */
export interface PayloadShape {
  /** Name of the example that the body is from. */
  readonly example: string;
  /** The example's body with PROMPT_MARK where the prompt goes; undefined where the example does not say where that is. */
  readonly body: unknown;
  /** JMESPath of the generated text. */
  readonly output: string | undefined;
  /** JMESPath of the log-probabilities of the prompt's tokens. */
  readonly logProbability: string | undefined;
  /** Nothing in the document says so: the body has messages, and what takes messages answers as OpenAI does. */
  readonly isGuess: boolean;
}

/**
 * The shape that fmeval derives: the first example with the prompt at its `prompt_key`, and the first path of an answer that
 * any example has. A body of messages, for which fmeval has no rule, is asked as a chat. Undefined without examples.
 */
export function payloadShape(document: JumpStartDocument): PayloadShape | undefined {
  const payloads = Object.entries(document.default_payloads ?? {});
  const [first] = payloads;
  if (first === undefined) return undefined;
  const [example, payload] = first;
  const body = payload.prompt_key == null ? undefined : withPrompt(payload, payload.prompt_key.split('.'));
  const pathOf = (key: string): string | undefined =>
    payloads.map(([, each]) => each.output_keys?.[key]).find((path) => path !== undefined);
  const output = pathOf('generated_text');
  const shape = { example, body, output, logProbability: pathOf('input_logprobs'), isGuess: false };
  if (body !== undefined || !isObject(payload.body) || !Array.isArray(payload.body.messages)) return shape;
  return {
    ...shape,
    body: { ...payload.body, messages: PROMPT_MARK },
    output: output ?? 'choices[0].message.content',
    isGuess: true,
  };
}

/** Undefined where the path leads nowhere in the body. */
function withPrompt({ body }: Payload, path: readonly string[]): unknown {
  const [key, ...rest] = path;
  if (key === undefined || !isObject(body) || !(key in body)) return undefined;
  const inner = rest.length === 0 ? PROMPT_MARK : withPrompt({ body: body[key] }, rest);
  return inner === undefined ? undefined : { ...body, [key]: inner };
}
