import { AssayError } from '../errors/assay-error.ts';
import type { Classification, Completion, GenerateOptions, Prompt, Runner, Stream, TextInput } from './runner.ts';
import { runnerMethod } from './runner-method.ts';
import { runnerWith } from './runner-with.ts';

const NOTE = {
  labels: 'a classifier: its answer is its likeliest label',
  constrained: 'A classifier answers with its own labels: leave json_schema, regex and choices out.',
};

/**
 * A classifier that answers prompts: with its likeliest label, and a classifier of tokens with its spans as a JSON list, each
 * with `label`, `start`, `end`, `text` and `score`. Any other runner is given back as it is.
 */
export function withLabelAnswers(runner: Runner): Runner {
  if (runner.generate !== undefined || runner.classify === undefined) return runner;
  return runnerWith(runner, {
    notes: [...(runner.notes ?? []), NOTE.labels],
    isGreedy: () => true,
    generate: (prompts, options) => labelAnswers(runner, prompts, options),
  });
}

async function* labelAnswers(
  runner: Runner,
  prompts: Stream<Prompt>,
  { signal, constraint }: GenerateOptions,
): AsyncGenerator<Completion> {
  const asked = new Map<string, { readonly text: string; readonly startedAt: number }>();
  async function* texts(): AsyncGenerator<TextInput> {
    for await (const { id, text, constraint: own } of prompts) {
      if ((own ?? constraint) !== undefined) {
        const message = `${runner.id} cannot keep to a form`;
        throw new AssayError('RUNNER_CAPABILITY', message, { hint: NOTE.constrained });
      }
      asked.set(id, { text, startedAt: performance.now() });
      yield { id, text };
    }
  }
  for await (const answer of runnerMethod(runner, 'classify')(texts(), signal === undefined ? {} : { signal })) {
    const question = asked.get(answer.id);
    asked.delete(answer.id);
    if (!answer.ok || question === undefined) {
      if (!answer.ok) yield answer;
      continue;
    }
    const text = answerText(answer, question.text);
    yield { id: answer.id, ok: true, text, finishReason: 'stop', elapsedMs: performance.now() - question.startedAt };
  }
}

function answerText({ labels, spans }: Extract<Classification, { ok: true }>, text: string): string {
  if (spans !== undefined) {
    return JSON.stringify(spans.map((span) => ({ ...span, text: text.slice(span.start, span.end) })));
  }
  const [first, ...others] = Object.entries(labels);
  if (first === undefined || others.length === 0) {
    const message = `a classifier with ${first === undefined ? 'no label' : `one label (${first[0]})`} gives every text the same answer`;
    throw new AssayError('RUNNER_CAPABILITY', message, {
      hint: 'As a model it serves text_similarity and ranking; toxicity reads the score of its label.',
    });
  }
  return others.reduce((best, each) => (each[1] > best[1] ? each : best), first)[0];
}
