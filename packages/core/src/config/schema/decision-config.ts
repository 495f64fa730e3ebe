import { z } from 'zod';
import { SAMPLE_STATES } from '../../samples/sample-state.ts';

const confidence = z
  .number()
  .gt(0.5)
  .lt(1)
  .optional()
  .describe('Confidence of intervals and tests here. Default 0.95.');
const scoreName = 'A score as `algorithm.score`, such as qa_accuracy.f1_score.';

export const selectionConfig = z
  .strictObject({
    algorithm: z.string().optional().describe('Algorithm (name or alias) whose score decides. Default: the first.'),
    score: z
      .string()
      .optional()
      .describe('The deciding score, as `score` or `algorithm.score`. Default: the algorithm’s first.'),
    weights: z
      .record(z.string(), z.number())
      .optional()
      .describe(
        'Score → weight: a weighted sum decides. Scores where less is better count negatively; none may have an ideal value.',
      ),
    pareto: z
      .array(z.string())
      .min(2)
      .optional()
      .describe('Keep every model that no other beats on one of these scores without losing on another.'),
    direction: z.enum(['max', 'min']).optional().describe('Which way is better. Default: as the algorithm says.'),
    tie: z
      .enum(['significance', 'first', 'all'])
      .optional()
      .describe(
        '`significance` (default): `prefer` decides between models that cannot be told apart. `first`: the first of equal values. `all`: keep all.',
      ),
    prefer: z
      .enum(['latency', 'cost', 'size', 'order'])
      .optional()
      .describe(
        'Between tied models: least latency, cost (the algorithm’s, else tokens) or size (bytes). Default `order`: the first in the file.',
      ),
    confidence,
  })
  .describe('How the best model of a run is chosen.');

const byScore = (what: string) => z.record(z.string(), z.number().gt(0)).optional().describe(what);

export const compareConfig = z
  .strictObject({
    primary: z
      .array(z.string())
      .min(1)
      .optional()
      .describe('Scores that get a verdict, adjusted over all of them. Default: one or two of each algorithm.'),
    margins: byScore('Score → the difference that does not matter, above 0 and below the score’s range.'),
    max_change: byScore('Score → the greatest difference that you vouch for in one sample. Fewer samples then decide.'),
  })
  .describe('How models are compared.');

export const gateConfig = z
  .union([
    z.string().min(1),
    z.strictObject({
      score: z.string().optional().describe(scoreName),
      state: z.enum(SAMPLE_STATES).optional().describe('A sample state whose count is limited by `max`.'),
      bound: z
        .enum(['value', 'lower', 'upper'])
        .optional()
        .describe('What min and max limit: the value (default), or an end of its interval.'),
      min: z.number().optional().describe('Least acceptable value.'),
      max: z.number().optional().describe('Greatest acceptable value; for a state a count, or a share below 1.'),
      baseline: z.string().optional().describe('Run folder to compare with, sample by sample; needs max_regression.'),
      bridge: z
        .string()
        .optional()
        .describe('A run in which this run’s judge judged answers of the baseline, where that has another judge.'),
      max_regression: z.number().min(0).optional().describe('Greatest acceptable loss against the baseline.'),
      confidence: confidence.describe('Confidence of max_regression. Default 0.95.'),
      models: z.array(z.string()).optional().describe('Models that must pass. Default: all.'),
      category: z.string().optional().describe('Look at one category only.'),
    }),
  ])
  .describe(
    'A condition that the run must meet, or exit code 1; 4 where the samples cannot tell (`on_inconclusive`). As text: `qa_accuracy.f1_score lower >= 0.6`, `failed <= 0`, `not worse than RUN by 0.02`.',
  );

export const onInconclusive = z
  .enum(['fail', 'pass', 'warn'])
  .optional()
  .describe(
    'For a gate that the samples cannot answer: exit code 4 (`fail`), or pass, silently or with a warning. Default: `fail` where CI is set, else `warn`.',
  );

export const stopConfig = z
  .strictObject({
    score: z.string().describe(scoreName),
    half_width: z
      .number()
      .gt(0)
      .optional()
      .describe('Stop once the confidence sequence is this narrow (half its width).'),
    decided_against: z.number().optional().describe('Stop once the confidence sequence excludes this value.'),
    confidence,
    history: z
      .array(z.string())
      .min(1)
      .optional()
      .describe(
        'Earlier runs of this dataset, whose scores predict this run’s, so that fewer samples are needed (docs/statistics.md).',
      ),
    min_samples: z.int().min(1).optional().describe('Never stop before this many samples. Default 30.'),
  })
  .describe('End a run early, without spoiling its statistics.');

export type SelectionConfig = z.output<typeof selectionConfig>;
export type GateConfig = z.output<typeof gateConfig>;
export type StopConfig = z.output<typeof stopConfig>;
