import { type ConfusionMatrix, cohenKappa } from '@assay/metrics';
import { z } from 'zod';
import { modelConfig } from '../config/schema/model-config.ts';
import { compilePromptTemplate, sampleLookup } from '../prompts/prompt-template.ts';
import { type Aggregate, defineAlgorithm, type HelperAsk, type ScoreOutcome, type ScoringInput } from './algorithm.ts';
import { answerText } from './answer-text.ts';
import { kappaFigure, shareFigure } from './class-figures.ts';
import { addPair, type ConfusionState, confusionMatrix, mergePairs } from './confusion.ts';
import { humanScores } from './human-scores.ts';
import { comparePrompt, gradePrompt, quoted } from './judge-prompts.ts';
import { judgeVerdict } from './judge-verdict.ts';
import type { JudgedSample } from './judged-units.ts';
import { labelSet } from './label-set.ts';
import { expectedScore, unsureness } from './label-weights.ts';
import { binary, count, ratio } from './score-specs.ts';

const options = z.strictObject({
  judge: z
    .union([z.string().min(1), z.record(z.string(), z.unknown()).superRefine(checkJudge)])
    .describe('The judging model: a name among `models`, a local model, or a block like those under `models`.'),
  mode: z
    .enum(['grade', 'compare'])
    .default('grade')
    .describe('`grade` the output by a rubric, or `compare` it with target_output as another answer. Default grade.'),
  rubric: z
    .string()
    .min(1)
    .default('Judge whether the answer to the question is right.')
    .describe('What the judge is to look at. `$name` is a field of the row, as in a prompt template.'),
  constrained: z
    .boolean()
    .default(true)
    .describe(
      'Take the likeliest label where the judge is a local model, in place of reading its reply. Default true.',
    ),
  score: z
    .enum(['likeliest', 'expected'])
    .default('likeliest')
    .describe(
      'What the likeliest label scores, or the mean over all labels by how likely the judge holds each (local judges). Default likeliest.',
    ),
  labels: z
    .record(z.string().min(1), z.number())
    .default({ correct: 1, incorrect: 0 })
    .describe(
      'In grade mode: the words the judge may answer with, and what each scores. Default correct 1, incorrect 0.',
    ),
  swap: z
    .boolean()
    .default(true)
    .describe('Ask twice, the second time in the other order, since judges prefer what stands first. Default true.'),
});

type Options = z.output<typeof options>;

function checkJudge(block: Readonly<Record<string, unknown>>, context: z.RefinementCtx): void {
  const issue = modelConfig.safeParse({ name: 'judge', ...block }).error?.issues[0];
  if (issue !== undefined) context.addIssue({ code: 'custom', message: issue.message, path: [...issue.path] });
}

/** What a comparison can end in, and what it scores. */
const COMPARISON: Readonly<Record<string, number>> = { output: 1, tie: 0.5, reference: 0 };
const INCONSISTENT = 'inconsistent';

/**
 * A language model's verdict on the output, in one of given words. An answer that is none of them is not guessed at: the
 * sample stays unscored. Where the data has human verdicts, the judge is held against them.
 * @see https://arxiv.org/abs/2306.05685 (position bias of judges)
 */
export const llmJudge = defineAlgorithm<Options>({
  name: 'llm_judge',
  summary: 'What another language model says of the output, by a rubric.',
  options,
  needs: ({ mode }) => ['model_input', ...(mode === 'compare' ? (['target_output'] as const) : [])],
  scores: (settings) => {
    return {
      judge_score: {
        range: rangeOf(settings),
        better: 'higher',
        kind: 'bounded',
        summary: 'What the judge’s word scores; the mean of both orders.',
      },
      ...(settings.swap ? { judge_consistency: binary('The judge said the same in both orders.') } : {}),
      ...(settings.score === 'expected'
        ? {
            judge_entropy: {
              ...ratio('How unsure the judge is among its labels; 1 is as unsure as can be.'),
              better: 'lower',
            },
          }
        : {}),
    };
  },
  aggregates: (settings) => ({
    ...(rangeOf(settings)[0] < rangeOf(settings)[1]
      ? { judged: humanScores(rangeOf(settings), 'judge_score') as Aggregate }
      : {}),
    human: agreement as Aggregate,
  }),
  humanLabels: (settings) => ({
    rubric: JSON.stringify([settings.mode, settings.rubric, scoresOf(settings)]),
    shown: settings.rubric,
    values: scoresOf(settings),
  }),
  helpers: (settings) => [{ kind: 'judge', model: judgeModel(settings) }],
  helperAsks: (input, settings) => {
    const output = answerText(input);
    if (output.trim() === '') return [];
    const orders = settings.swap ? [false, true] : [false];
    return orders.map(
      (isSwapped): HelperAsk => ({
        key: isSwapped ? 'swapped' : 'first',
        kind: 'judge',
        model: judgeModel(settings),
        prompt: promptOf(input, output, settings, isSwapped),
        ...(settings.constrained ? { labels: repliesOf(settings) } : {}),
      }),
    );
  },
  score: ({ sample, answers, helpers }, settings): ScoreOutcome => {
    if (answerText({ answers }).trim() === '') return { unscored: 'empty_output' };
    const values = scoresOf(settings);
    const verdicts: string[] = [];
    for (const key of settings.swap ? ['first', 'swapped'] : ['first']) {
      const verdict = verdictOf(helpers, key, settings);
      if (verdict === undefined) return { unscored: 'judge_unparseable' };
      verdicts.push(verdict);
    }
    const isConsistent = new Set(verdicts).size === 1;
    const weighed = settings.score === 'expected' ? weighedScores(helpers, settings) : undefined;
    if (settings.score === 'expected' && weighed === undefined) return { unscored: 'judge_cannot_weigh' };
    const mean = weighed?.score ?? verdicts.reduce((sum, verdict) => sum + values[verdict]!, 0) / verdicts.length;
    const human = sample.features.human_label?.trim() ?? '';
    const label = labelSet(Object.keys(values)).of(human);
    const said = isConsistent ? verdicts[0]! : INCONSISTENT;
    const judged: JudgedSample = {
      id: sample.digest,
      score: mean,
      ...(human === '' ? {} : Object.hasOwn(values, label) ? { label: values[label]! } : { unread: true }),
    };
    return {
      scores: {
        judge_score: mean,
        ...(settings.swap ? { judge_consistency: Number(isConsistent) } : {}),
        ...(weighed === undefined ? {} : { judge_entropy: weighed.entropy }),
      },
      statistics: { judged, ...(human === '' ? {} : { human: [label, said] }) },
    };
  },
  signature: (settings) => {
    const { mode, rubric, swap, labels, constrained, score } = settings;
    const shown = mode === 'grade' ? JSON.stringify(labels) : 'output/tie/reference';
    return `llm_judge|${mode}|labels:${shown}|rubric:${JSON.stringify(rubric)}|swap:${swap ? 'yes' : 'no'}|verdict:${constrained ? 'likeliest-or-stated' : 'stated'}${score === 'expected' ? '|score:expected' : ''}|v2`;
  },
});

function scoresOf({ mode, labels }: Options): Readonly<Record<string, number>> {
  return mode === 'grade' ? labels : COMPARISON;
}

function rangeOf(settings: Options): readonly [number, number] {
  const values = Object.values(scoresOf(settings));
  return [Math.min(...values), Math.max(...values)];
}

/** The words that the judge may reply with. */
function repliesOf({ mode, labels }: Options): readonly string[] {
  return mode === 'grade' ? Object.keys(labels) : COMPARED;
}

const COMPARED = ['A', 'B', 'tie'];

/** A name as it is; a block as JSON, which the helper reads back. */
function judgeModel({ judge }: Options): string {
  return typeof judge === 'string' ? judge : JSON.stringify(judge);
}

function promptOf(
  { sample }: Omit<ScoringInput, 'helpers'>,
  output: string,
  { mode, rubric, labels }: Options,
  isSwapped: boolean,
): string {
  const { model_input: question = '', target_output: reference, context } = sample.features;
  const judged = {
    rubric: compilePromptTemplate(rubric).render(quoted(sampleLookup(sample))),
    question,
    context,
    output,
  };
  if (mode === 'compare') return comparePrompt({ ...judged, reference: reference ?? '', isSwapped });
  const words = Object.keys(labels);
  return gradePrompt({ ...judged, reference, labels: isSwapped ? words.toReversed() : words });
}

/** Mean score and unsureness over both orders; undefined where the judge does not weigh labels. */
function weighedScores(
  helpers: ScoringInput['helpers'],
  settings: Options,
): { readonly score: number; readonly entropy: number } | undefined {
  const found = (settings.swap ? ['first', 'swapped'] : ['first']).map((key) => {
    const answer = helpers.get(key);
    if (answer?.kind !== 'judge' || answer.weights === undefined) return undefined;
    const scoreOf = (said: string) => scoresOf(settings)[meant(said, key, settings)]!;
    return { score: expectedScore(answer.weights, scoreOf), entropy: unsureness(answer.weights) };
  });
  if (found.some((each) => each === undefined)) return undefined;
  const mean = (figure: 'score' | 'entropy') => found.reduce((sum, each) => sum + each![figure], 0) / found.length;
  return { score: mean('score'), entropy: mean('entropy') };
}

/** In terms of output and reference, whichever stood first. */
function verdictOf(helpers: ScoringInput['helpers'], key: string, settings: Options): string | undefined {
  const answer = helpers.get(key);
  if (answer?.kind !== 'judge') return undefined;
  const said = judgeVerdict(answer.text, repliesOf(settings));
  return said === undefined ? undefined : meant(said, key, settings);
}

function meant(said: string, key: string, { mode }: Options): string {
  if (mode === 'grade' || said === 'tie') return said;
  return (said === 'A') === (key === 'first') ? 'output' : 'reference';
}

function agreedIn(matrix: ConfusionMatrix): number {
  return matrix.classes().reduce((sum, { truePositives }) => sum + truePositives, 0);
}

const agreement: Aggregate<readonly [human: string, judge: string], ConfusionState> = {
  scores: {
    human_agreement: ratio('Share of the human verdicts that the judge repeats in both orders.'),
    human_kappa: { range: [-1, 1], better: 'higher', kind: 'bounded', summary: 'Cohen’s kappa of judge and human.' },
    human_labels: count('Judged samples with a human verdict.'),
  },
  empty: () => ({}),
  add: (state, [human, judge]) => addPair(state, human, judge),
  merge: mergePairs,
  result: (state) => {
    const matrix = confusionMatrix(state);
    return {
      human_agreement: matrix.n === 0 ? null : agreedIn(matrix) / matrix.n,
      human_kappa: cohenKappa(matrix),
      human_labels: matrix.n,
    };
  },
  corpus: (units) => {
    const matrices = units.map(confusionMatrix);
    const agreed = matrices.map((matrix): [number, number] => [agreedIn(matrix), matrix.n]);
    return {
      human_agreement: shareFigure(agreed),
      human_kappa: kappaFigure(matrices),
      human_labels: { kind: 'none', why: 'count' },
    };
  },
};
