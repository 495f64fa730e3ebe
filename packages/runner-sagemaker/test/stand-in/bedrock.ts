import { WireError } from './wire-error.ts';

type Json = Readonly<Record<string, unknown>>;
interface ConverseInput {
  readonly messages: readonly { readonly role: string; readonly content: readonly { readonly text: string }[] }[];
  readonly system?: readonly { readonly text: string }[];
  readonly inferenceConfig?: Json;
}

/** Why an answer ends, by a word of the question. */
const REASONS = [
  ['unsafe', 'guardrail_intervened'],
  ['long', 'max_tokens'],
  ['window', 'model_context_window_exceeded'],
] as const;

/** Parts of an answer beside its text. */
const THINKING = { reasoningContent: { reasoningText: { text: 'I must add', signature: 's1' } } };
const CALL = { toolUse: { toolUseId: 't1', name: 'add', input: { a: 1 } } };

/** Bedrock's runtime: Converse and InvokeModel, answering with an echo. */
export class Bedrock {
  /** Bodies received, in order. */
  readonly bodies: Json[] = [];

  handle(operation: string, model: string, body: Buffer): Json {
    if (model.startsWith('no-such'))
      throw new WireError(400, 'ValidationException', 'The provided model identifier is invalid.');
    const input = JSON.parse(body.toString('utf8')) as Json;
    this.bodies.push(input);
    if (operation === 'InvokeModel') {
      const echo = `echo: ${JSON.stringify(input)}`;
      const action = echo.includes('unsafe') ? 'INTERVENED' : 'NONE';
      return { completion: echo, stop_reason: 'stop', 'amazon-bedrock-guardrailAction': action };
    }
    const { messages } = input as unknown as ConverseInput;
    const last = messages.at(-1)?.content[0]?.text ?? '';
    const text = { text: `echo: ${last}` };
    const content = last.includes('call the tool') ? [THINKING, text, CALL] : [text];
    return {
      output: { message: { role: 'assistant', content } },
      stopReason: REASONS.find(([word]) => last.includes(word))?.[1] ?? 'end_turn',
      usage: { inputTokens: 7, outputTokens: 3, totalTokens: 10 },
      metrics: { latencyMs: 12 },
    };
  }
}
