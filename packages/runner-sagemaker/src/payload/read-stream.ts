import type { Jmespath } from './jmespath.ts';
import { type Answer, readAnswer } from './read-answer.ts';

interface StreamEvent {
  readonly token?: { readonly text?: string; readonly special?: boolean };
  readonly generated_text?: string | null;
  readonly details?: { readonly finish_reason?: string; readonly generated_tokens?: number } | null;
  readonly outputs?: readonly string[];
  readonly choices?: readonly { readonly delta?: { readonly content?: string }; readonly text?: string }[];
}

/**
 * The text of a streamed answer, read when it is whole: one JSON value, server-sent events or JSON lines, as TGI,
 * LMI and OpenAI-style containers send them. @throws AssayError AWS_RESPONSE_SHAPE
 */
export function readStreamedAnswer(body: string, output: Jmespath): Answer {
  const events = streamEvents(body);
  if (events === undefined) return readAnswer(body, output);
  const last = events.at(-1);
  const text = last?.generated_text ?? events.map((event) => pieceOf(event, output)).join('');
  const newTokens = last?.details?.generated_tokens;
  return {
    text,
    finishReason: last?.details?.finish_reason === 'length' ? 'length' : 'stop',
    ...(newTokens === undefined ? {} : { newTokens }),
  };
}

/** Undefined when the body is one JSON value. */
function streamEvents(body: string): StreamEvent[] | undefined {
  const lines = body.split(/\r?\n/).filter((line) => line.trim() !== '' && !line.startsWith(':'));
  const isSse = lines.some((line) => line.startsWith('data:'));
  if (!isSse && lines.length < 2) return undefined;
  const texts = isSse
    ? lines.filter((line) => line.startsWith('data:')).map((line) => line.slice('data:'.length).trim())
    : lines;
  try {
    return texts.filter((text) => text !== '[DONE]').map((text) => JSON.parse(text) as StreamEvent);
  } catch {
    return undefined;
  }
}

function pieceOf(event: StreamEvent, output: Jmespath): string {
  if (event.token !== undefined) return event.token.special === true ? '' : (event.token.text ?? '');
  const piece =
    event.outputs?.[0] ?? event.choices?.[0]?.delta?.content ?? event.choices?.[0]?.text ?? output.find(event);
  return typeof piece === 'string' ? piece : '';
}
