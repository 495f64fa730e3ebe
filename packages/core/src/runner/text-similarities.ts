import { cosineSimilarity } from '@assay/metrics';
import { AssayError } from '../errors/assay-error.ts';
import type { Classification, Embedding, Failed, Runner, Stream, TextInput } from './runner.ts';
import { runnerMethod } from './runner-method.ts';

/** A text, and others that it is held against. */
export interface ComparedTexts {
  readonly id: string;
  readonly text: string;
  readonly others: readonly string[];
}

/** How well each of the others goes with the text, in their order. */
export type Similarities =
  | {
      readonly id: string;
      readonly ok: true;
      readonly similarities: readonly number[];
      /** From the question to the last of its texts, in milliseconds. */
      readonly elapsedMs: number;
    }
  | Failed;

interface UnderWay {
  readonly startedAt: number;
  /** Of each text asked for, undefined until it comes. */
  readonly found: (Float32Array | number | undefined)[];
  missing: number;
}

/**
 * Similarities by whatever a model can do: cosines of an encoder's vectors, or the scores of a classifier with one label
 * that reads two texts (a cross-encoder, a reranker). One text that fails costs its question.
 * @throws AssayError RUNNER_CAPABILITY where it can do neither
 */
export function textSimilarities(
  runner: Runner,
  questions: Stream<ComparedTexts>,
  { signal }: { readonly signal?: AbortSignal } = {},
): AsyncIterable<Similarities> {
  const options = signal === undefined ? {} : { signal };
  if (runner.embed === undefined && runner.classify !== undefined) {
    const classify = runnerMethod(runner, 'classify');
    return gathered(
      questions,
      (texts) => classify(texts, options),
      ({ text, others }) => others.map((pair) => ({ text, pair })),
      onlyScore,
      (scores) => scores as number[],
    );
  }
  const embed = runnerMethod(runner, 'embed');
  return gathered(
    questions,
    (texts) => embed(texts, options),
    ({ text, others }) => [text, ...others].map((each) => ({ text: each })),
    ({ vector }) => vector,
    ([first, ...others]) => others.map((other) => cosineSimilarity(first as Float32Array, other as Float32Array) ?? 0),
  );
}

type Told<Answer> = Extract<Answer, { ok: true }>;

/** Takes questions apart into texts, and puts each together again when the last of its texts is answered. */
async function* gathered<Answer extends Embedding | Classification>(
  questions: Stream<ComparedTexts>,
  ask: (texts: AsyncIterable<TextInput>) => AsyncIterable<Answer>,
  textsOf: (question: ComparedTexts) => readonly Omit<TextInput, 'id'>[],
  readAnswer: (answer: Told<Answer>) => Float32Array | number,
  similaritiesOf: (values: readonly (Float32Array | number)[]) => readonly number[],
): AsyncGenerator<Similarities> {
  const underWay = new Map<string, UnderWay>();
  async function* texts(): AsyncGenerator<TextInput> {
    for await (const question of questions) {
      const asked = textsOf(question);
      const found = new Array<undefined>(asked.length).fill(undefined);
      underWay.set(question.id, { startedAt: performance.now(), found, missing: asked.length });
      for (const [at, text] of asked.entries()) yield { id: `${at} ${question.id}`, ...text };
    }
  }
  for await (const answer of ask(texts())) {
    const space = answer.id.indexOf(' ');
    const id = answer.id.slice(space + 1);
    const question = underWay.get(id);
    // It has failed already.
    if (question === undefined) continue;
    if (!answer.ok) {
      underWay.delete(id);
      yield { ...answer, id };
      continue;
    }
    question.found[Number(answer.id.slice(0, space))] = readAnswer(answer as Told<Answer>);
    question.missing -= 1;
    if (question.missing > 0) continue;
    underWay.delete(id);
    const similarities = similaritiesOf(question.found as (Float32Array | number)[]);
    yield { id, ok: true, similarities, elapsedMs: performance.now() - question.startedAt };
  }
}

/** @throws AssayError RUNNER_CAPABILITY of a classifier with several labels, none of which is the similarity */
function onlyScore({ labels }: Told<Classification>): number {
  const scores = Object.values(labels);
  if (scores.length === 1) return scores[0]!;
  const names = Object.keys(labels).slice(0, 5).join(', ');
  throw new AssayError(
    'RUNNER_CAPABILITY',
    `a classifier with ${scores.length} labels (${names}) gives no similarity`,
    {
      hint: 'Use an encoder, or a cross-encoder with one label, such as a reranker.',
    },
  );
}
