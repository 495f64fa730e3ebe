import { z } from 'zod';
import { SAMPLE_STATES } from '../samples/sample-state.ts';
import { nodeStorage } from '../storage/node-storage.ts';
import { openStored, type StoredShape, storedShape, validStored } from '../storage/read-json.ts';
import type { Storage } from '../storage/storage.ts';
import { checkFormat, formatOf } from './check-format.ts';
import type { ScoreSummary, Summary } from './summary.ts';

const summary: StoredShape<Summary> = storedShape(() => {
  const counts = z.record(z.string(), z.number());
  /** JSON has neither infinity nor NaN: it writes null. */
  const rate = z.number().catch(0);
  const interval = z.tuple([z.number(), z.number()]);
  const openFrom = z
    .number()
    .nullable()
    .transform((end) => end ?? Number.NEGATIVE_INFINITY);
  const openTo = z
    .number()
    .nullable()
    .transform((end) => end ?? Number.POSITIVE_INFINITY);

  const spec = z.looseObject({
    /** An open end is written as null. */
    range: z.tuple([openFrom, openTo]),
    better: z.union([z.enum(['higher', 'lower']), z.looseObject({ target: z.number() })]),
    kind: z.enum(['binary', 'bounded', 'real']),
    summary: z.string(),
  });

  const score = z.looseObject({
    model: z.string(),
    algorithm: z.string(),
    score: z.string(),
    category: z.string().nullable(),
    n: z.number(),
    value: z.number().nullable(),
    interval: interval.nullable(),
    confidence: z.number(),
    intervalMethod: z.custom<ScoreSummary['intervalMethod']>((value) => value === null || typeof value === 'string'),
    standardError: z.number().nullable(),
    from: z.enum(['mean', 'aggregate']),
    spec,
    unscored: counts,
    histogram: z.looseObject({ from: z.number(), to: z.number(), counts: z.array(z.number()) }).nullable(),
    signature: z.string(),
  });

  const model = z.looseObject({
    name: z.string(),
    runner: z.string(),
    states: z.record(z.enum(SAMPLE_STATES), z.number()),
    promptTokens: z.number(),
    newTokens: z.number(),
    cut: z.number().exactOptional(),
  });

  const comparison = z.looseObject({
    algorithm: z.string(),
    score: z.string(),
    baseline: z.string(),
    candidate: z.string(),
    n: z.number(),
    difference: z.number(),
    measure: z.string().exactOptional(),
    interval: interval.nullable(),
    // Runs of earlier versions gave a verdict on every score, and one interval at 95 %.
    confidence: z.number().default(0.95),
    test: z.string(),
    pValue: z.number(),
    adjustedInterval: interval.nullable().default(null),
    adjustedPValue: z.number().nullable(),
    family: z.number().default(0),
    open: z.literal(true).exactOptional(),
    margin: z.number().exactOptional(),
    verdict: z.enum(['better', 'worse', 'equivalent', 'not worse', 'cannot tell']).nullable(),
    reason: z.string(),
  });

  return z.looseObject({
    format: z.literal(1),
    run: z.string(),
    dataset: z.looseObject({ name: z.string(), samples: z.number(), badRows: z.number() }),
    seed: z.number(),
    models: z.array(model),
    scores: z.array(score),
    comparisons: z.array(comparison),
    timing: z.looseObject({
      startedAt: z.string(),
      endedAt: z.string(),
      elapsedMs: z.number(),
      latencyMs: z.record(z.string(), z.looseObject({ p50: rate, p95: rate, mean: rate })),
      newTokensPerSecond: z.record(z.string(), rate),
    }),
  });
});

/** The figures of a run. @throws AssayError RUN_DAMAGED; RUN_NOT_RESUMABLE for those of another version */
export async function readSummary(file: string, storage: Storage = nodeStorage): Promise<Summary> {
  const text = await storage.readText(file);
  const json = openStored(file, text, 'RUN_DAMAGED');
  checkFormat(file, formatOf(json));
  return validStored(file, json, summary, 'RUN_DAMAGED');
}
