import { AnswerReader, combineTargets, inclusion, quasiInclusion, splitTargets } from '@assay/metrics';
import { z } from 'zod';
import { defineAlgorithm } from './algorithm.ts';
import { answerTargets } from './answer-targets.ts';
import { answerText } from './answer-text.ts';
import { compat, targetOutputDelimiter } from './options.ts';
import { binary } from './score-specs.ts';
import { isUnspaced } from './unspaced.ts';

const options = z.strictObject({
  target_output_delimiter: targetOutputDelimiter,
  logical_operator: z
    .enum(['OR', 'AND'])
    .default('OR')
    .describe('Whether any acceptable answer must appear, or all of them.'),
  compat,
});

const reader = new AnswerReader();

/**
 * Is a right answer somewhere in the output? `factual_knowledge` compares letter by letter but for case,
 * `factual_knowledge_quasi_exact` by words, without punctuation and articles. Answers must stand at word boundaries
 * ("art" is not in "party"); FMEval takes any substring.
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/clarify-factual-knowledge-evaluation.html
 */
export const factualKnowledge = defineAlgorithm({
  name: 'factual_knowledge',
  summary: 'Whether a right answer appears in the output.',
  options,
  needs: () => ['model_input', 'target_output'],
  scores: () => ({
    factual_knowledge: binary('A right answer appears in the output, letter by letter but for case.'),
    factual_knowledge_quasi_exact: binary('The same by words, without punctuation and articles.'),
  }),
  score: (input, settings) => {
    const target = input.sample.features.target_output ?? '';
    const output = answerText(input);
    const { logical_operator: operator, target_output_delimiter: delimiter } = settings;
    if (settings.compat === 'fmeval') {
      const targets = splitTargets(target, delimiter);
      return {
        scores: {
          factual_knowledge: combineTargets(
            targets.map((each) => inclusion(output, each)),
            operator,
          ),
          factual_knowledge_quasi_exact: combineTargets(
            targets.map((each) => quasiInclusion(output, each)),
            operator,
          ),
        },
      };
    }
    const targets = answerTargets(target, delimiter);
    if (targets.length === 0) return { unscored: 'empty_target' };
    reader.read(output);
    return {
      scores: {
        factual_knowledge: combineTargets(
          targets.map((each) => Number(standsIn(output, each))),
          operator,
        ),
        factual_knowledge_quasi_exact: combineTargets(
          targets.map((each) => Number(reader.contains(each))),
          operator,
        ),
      },
    };
  },
  signature: ({ target_output_delimiter: delimiter, logical_operator: operator, compat: mode }) =>
    `factual_knowledge|delim:${delimiter}|op:${operator}|${mode === 'fmeval' ? 'match:substring|norm:quac' : 'match:words|norm:unicode'}|v1`,
});

const WORD_CHARACTER = /[\p{L}\p{N}\p{M}]/u;

function standsIn(output: string, target: string): boolean {
  const text = output.toLowerCase();
  const part = target.trim().toLowerCase();
  for (let at = text.indexOf(part); at !== -1; at = text.indexOf(part, at + 1)) {
    const before = Array.from(text.slice(Math.max(0, at - 2), at)).at(-1);
    const after = Array.from(text.slice(at + part.length, at + part.length + 2))[0];
    if (isBoundary(before, Array.from(part)[0]) && isBoundary(Array.from(part).at(-1), after)) return true;
  }
  return false;
}

function isBoundary(left: string | undefined, right: string | undefined): boolean {
  if (left === undefined || right === undefined) return true;
  // Scripts without spaces have no boundaries to respect.
  if (isUnspaced(left) || isUnspaced(right)) return true;
  return !(WORD_CHARACTER.test(left) && WORD_CHARACTER.test(right));
}
