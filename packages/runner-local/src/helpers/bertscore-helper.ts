import type { HelperAsk, HelperBackend, HelperResult } from '@assay/core';
import { bertScore, type TokenEmbeddings as TokenRows } from '@assay/metrics';
import { createEncoder, type Encoder, type EncoderOptions, type TokenEmbeddings } from '../encoders/encoder.ts';
import { answerInGroups } from './answer-in-groups.ts';
import { answersById, DistinctTexts, failureOf } from './distinct-texts.ts';

/** Pairs whose token vectors are in memory together. */
const BATCH = 64;

/** An encoder as a helper: BERTScore of a candidate against a reference, without idf and baseline. */
export async function createBertscoreHelper(options: EncoderOptions): Promise<HelperBackend> {
  const encoder = await createEncoder(options);
  return {
    id: encoder.id,
    answer: (asks) =>
      answerInGroups(asks, layerAsked, async (group) => {
        const answers: HelperResult[] = [];
        for (let from = 0; from < group.length; from += BATCH) {
          answers.push(...(await answerBatch(encoder, group.slice(from, from + BATCH))));
        }
        return answers;
      }),
    close: () => encoder.close(),
  };
}

function layerAsked(ask: HelperAsk): string {
  return ask.kind === 'bertscore' ? String(ask.layer) : '';
}

async function answerBatch(encoder: Encoder, asks: readonly HelperAsk[]): Promise<HelperResult[]> {
  const texts = new DistinctTexts();
  const pairs = asks.map((ask) =>
    ask.kind === 'bertscore' ? ([texts.idOf(ask.candidate), texts.idOf(ask.reference)] as const) : undefined,
  );
  const [first] = asks;
  const layer = first?.kind === 'bertscore' ? first.layer : undefined;
  const answers = await answersById(encoder.tokenEmbeddings(texts.inputs(), { layer, whole: true }));
  const rows = new Map<string, TokenRows>();
  const rowsOf = (answer: Extract<TokenEmbeddings, { ok: true }>): TokenRows => {
    const made = rows.get(answer.id) ?? tokenRows(answer);
    rows.set(answer.id, made);
    return made;
  };
  return pairs.map((pair): HelperResult => {
    const [candidate, reference] = [answers.get(pair?.[0] ?? ''), answers.get(pair?.[1] ?? '')];
    if (!candidate?.ok) return failureOf(candidate);
    if (!reference?.ok) return failureOf(reference);
    const { precision, recall, f1 } = bertScore(rowsOf(candidate), rowsOf(reference));
    // Rounding may leave [0, 1] by a bit.
    return { kind: 'bertscore', precision: Math.min(1, precision), recall: Math.min(1, recall), f1: Math.min(1, f1) };
  });
}

/** The vectors of a text side by side, as the kernel wants them. */
function tokenRows({ vectors, weights }: Extract<TokenEmbeddings, { ok: true }>): TokenRows {
  const dimensions = vectors[0]?.length ?? 1;
  const values = new Float32Array(vectors.length * dimensions);
  for (const [token, vector] of vectors.entries()) values.set(vector, token * dimensions);
  return { values, dimensions, weights };
}
