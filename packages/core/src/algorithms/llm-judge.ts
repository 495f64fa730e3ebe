import { compilePromptTemplate, sampleLookup } from '../prompts/prompt-template.ts';
import { type Aggregate, defineAlgorithm, type ScoreOutcome, type ScoreSpec, type ScoringInput } from './algorithm.ts';
import { answerText } from './answer-text.ts';
import { humanScores } from './human-scores.ts';
import type { JudgedSample } from './judged-units.ts';
import { checklistFile } from './judging/checklist-file.ts';
import { CRITERIA } from './judging/criteria.ts';
import { entailmentModel } from './judging/entailment-judge.ts';
import { judgeAgreement } from './judging/judge-agreement.ts';
import { judgeAsks } from './judging/judge-asks.ts';
import { type JudgeOptions, judgeOptions } from './judging/judge-options.ts';
import { type NoVerdict, type PanelVerdict, verdictOf } from './judging/judge-panel.ts';
import { judgeQuestions } from './judging/judge-questions.ts';
import { judgeName, judgeRemarks } from './judging/judge-remarks.ts';
import { type Judging, judgingOf } from './judging/judging.ts';
import { labelSet } from './label-set.ts';
import { binary, ratio } from './score-specs.ts';

/** What a judge says that changes its mind, or a jury that does not agree, where one word is wanted. */
const INCONSISTENT = 'inconsistent';

/**
 * What language models say of the output, in given words: a grade, a comparison or a checklist, by one judge, a jury or a
 * cascade. An answer that is none of the words is not guessed at: the sample stays unscored. Where the data has human
 * verdicts, judges are held against them.
 * @see https://arxiv.org/abs/2306.05685 (position bias of judges)
 */
export const llmJudge = defineAlgorithm<JudgeOptions>({
  name: 'llm_judge',
  summary: 'What another language model says of the output, by a rubric.',
  options: judgeOptions,
  needs: (options) => [...new Set(['model_input' as const, ...judgingOf(options).needs])],
  needsOfOutputs: (options) => [...judgingOf(options).needs, 'model_output'],
  rowFields: (options) => {
    const { rubric, items, against, label_field } = judgingOf(options);
    const own = items !== undefined && !Array.isArray(items) ? [items.field] : [];
    const named = [label_field, typeof against === 'string' ? against : undefined].filter((each) => each !== undefined);
    return [...compilePromptTemplate(rubric).fields, ...own, ...named];
  },
  scores: (options) => judgeScores(judgingOf(options)),
  aggregates: (options) => {
    const { range, mode } = judgingOf(options);
    return {
      ...(range[0] < range[1] ? { judged: humanScores(range, 'judge_score') as Aggregate } : {}),
      // A checklist's judge says yes and no, people one of the labels.
      ...(mode === 'checklist' ? {} : { human: judgeAgreement as Aggregate }),
    };
  },
  optionsFile: checklistFile,
  humanLabels: (options) => {
    const { mode, rubric, values, items, against } = judgingOf(options);
    const more = [items, against].filter((each) => each !== undefined);
    const shown = Array.isArray(items) ? items.map((item) => `- ${typeof item === 'string' ? item : item.text}`) : [];
    return {
      rubric: JSON.stringify([mode, rubric, values, ...more]),
      shown: [rubric, ...shown].join('\n'),
      values,
    };
  },
  opponent: ({ against }) => (typeof against === 'object' ? against : undefined),
  helpers: (options) =>
    judgingOf(options).judges.map((judge) => {
      const encoder = entailmentModel(judge);
      return encoder === undefined ? { kind: 'judge', model: judge } : { kind: 'classify', model: encoder };
    }),
  helperAsks: (input, options) => judgeAsks(input.sample, answerText(input), new Map(), judgingOf(options)),
  furtherAsks: ({ helpers, ...input }, options) =>
    judgeAsks(input.sample, answerText(input), helpers, judgingOf(options)).filter(({ key }) => !helpers.has(key)),
  score: (input, options) => {
    const judging = judgingOf(options);
    const output = answerText(input);
    if (output.trim() === '') return { unscored: 'empty_output' };
    const questions = judgeQuestions(input.sample, output, judging);
    if ('why' in questions) return { unscored: questions.why };
    const verdict = verdictOf(input.helpers, questions, judging, input.sample.digest);
    if ('why' in verdict) return noScore(verdict, judging);
    return {
      scores: scoresOf(verdict, judging),
      statistics: statisticsOf(input, verdict, judging),
      remarks: judgeRemarks(verdict, questions, input.helpers, judging),
    };
  },
  signature: (options) => {
    const { mode, rubric, swap, values, meanings, constrained, score, ...more } = judgingOf(options);
    const shown = mode === 'compare' ? 'output/tie/reference' : JSON.stringify(values);
    const { combine, judges, weights, sureFrom, repeats, items, against, shows, criterion } = more;
    const panel = judges.length === 1 ? '' : `|combine:${combine}|weights:${weights}|sure from:${sureFrom}`;
    return [
      `llm_judge|${mode}|labels:${shown}|rubric:${JSON.stringify(rubric)}|swap:${swap ? 'yes' : 'no'}`,
      `|verdict:${constrained ? 'likeliest-or-stated' : 'stated'}${score === 'expected' ? '|score:expected' : ''}${panel}`,
      Object.keys(meanings).length === 0 ? '' : `|means:${JSON.stringify(meanings)}`,
      repeats === 1 ? '' : `|repeats:${repeats}`,
      items === undefined ? '' : `|items:${JSON.stringify(items)}`,
      against === undefined ? '' : `|against:${JSON.stringify(against)}`,
      judges.some((judge) => entailmentModel(judge) !== undefined)
        ? `|pair:${CRITERIA[criterion!].pair!.join('>')}`
        : '',
      shows.size === 3 ? '' : `|shows:${[...shows].sort()}`,
      '|v2',
    ].join('');
  },
});

function judgeScores(judging: Judging): Record<string, ScoreSpec> {
  const { range, swap, score, repeats, judges, combine } = judging;
  const width = range[1] - range[0];
  return {
    judge_score: {
      range,
      better: 'higher',
      kind: 'bounded',
      summary: 'What the judge’s word scores; the mean of both orders, all items and all judges.',
    },
    ...(swap ? { judge_consistency: binary('The judge said the same in both orders.') } : {}),
    ...(score === 'expected' && repeats === 1
      ? {
          judge_entropy: {
            ...ratio('How unsure the judge is among its labels; 1 is as unsure as can be.'),
            better: 'lower',
          },
        }
      : {}),
    ...(repeats > 1 && width > 0
      ? {
          judge_spread: {
            // Values at both ends, half of them each, of two repeats.
            range: [0, width],
            better: 'lower',
            kind: 'bounded',
            summary: 'Standard deviation of the judge’s score over its repeats.',
          },
        }
      : {}),
    ...(judges.length > 1 && combine !== 'cascade'
      ? { jury_agreement: ratio('Share of the pairs of judges that hold the same.') }
      : {}),
    ...(combine === 'cascade'
      ? {
          judge_escalated: {
            ...binary('A judge before the last was not sure enough, and the next was asked.'),
            better: 'lower',
          },
        }
      : {}),
  };
}

function scoresOf(verdict: PanelVerdict, judging: Judging): Record<string, number> {
  const { score, isConsistent, entropy, spread, agreement, opinions } = verdict;
  const found: Readonly<Record<string, number | undefined>> = {
    judge_score: score,
    judge_consistency: Number(isConsistent),
    judge_entropy: entropy,
    judge_spread: spread,
    jury_agreement: agreement,
    judge_escalated: Number(opinions.length > 1),
  };
  return Object.fromEntries(
    Object.keys(judgeScores(judging)).flatMap((name) => (found[name] === undefined ? [] : [[name, found[name]]])),
  );
}

function statisticsOf(
  { sample }: Pick<ScoringInput, 'sample'>,
  { score, word }: PanelVerdict,
  { values, mode, label_field }: Judging,
): Record<string, unknown> {
  const human = humanWord(sample, label_field);
  const label = labelSet(Object.keys(values)).of(human);
  const judged: JudgedSample = {
    id: sample.digest,
    score,
    ...(human === '' ? {} : Object.hasOwn(values, label) ? { label: values[label]! } : { unread: true }),
  };
  const isCompared = human !== '' && mode !== 'checklist';
  return { judged, ...(isCompared ? { human: [label, word ?? INCONSISTENT] } : {}) };
}

/** What people said in a labels file or in the dataset; a field of the judge's own comes before the dataset's. */
function humanWord(sample: ScoringInput['sample'], field: string | undefined): string {
  const found = field === undefined ? sample.features.human_label : sampleLookup(sample)(field);
  return typeof found === 'string' ? found.trim() : '';
}

/** Of a reply that cannot be read this much is kept. */
const REPLY_CHARACTERS = 200;

function noScore(verdict: NoVerdict, { judges }: Judging): ScoreOutcome {
  if (verdict.why === 'judges_unsure') return { unscored: verdict.why };
  const { why, reply, judge } = verdict;
  if (reply === undefined) return { unscored: why };
  const said = JSON.stringify(reply.slice(0, REPLY_CHARACTERS));
  return { unscored: why, detail: judges.length === 1 ? said : `${judgeName(judges[judge]!)}: ${said}` };
}
