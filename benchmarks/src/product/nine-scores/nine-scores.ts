import { ALGORITHMS, type Algorithm, defineAlgorithm } from '@assay/core';
import { AnswerReader, bleu, rouge } from '@assay/metrics';

const reader = new AnswerReader();
const overlap = rouge({ types: ['rouge1', 'rouge2', 'rougeL'], stemmer: true });
const sentenceBleu = bleu({ effectiveOrder: true });
const unit = { range: [0, 1], better: 'higher', kind: 'bounded', summary: '' } as const;
const percent = { ...unit, range: [0, 100] } as const;

/** The nine scores of the speed goal as one algorithm: the five of `qa_accuracy`, ROUGE-1, -2 and -L of stems, and sentence BLEU. */
const nineScores = defineAlgorithm<unknown>({
  name: 'nine_scores',
  summary: 'Question answering, ROUGE and BLEU.',
  options: ALGORITHMS.get('qa_accuracy')!.options,
  needs: () => ['model_input', 'target_output'],
  scores: () => ({
    f1: unit,
    exact: unit,
    quasi_exact: unit,
    precision: unit,
    recall: unit,
    rouge1: unit,
    rouge2: unit,
    rougeL: unit,
    bleu: percent,
  }),
  score: ({ sample, answers }) => {
    const answer = answers.get('original');
    const output = answer?.kind === 'generate' ? answer.text : '';
    const targets = [sample.features.target_output ?? ''];
    reader.read(output);
    const { f1, exact, quasiExact, precision, recall } = reader.bestScores(targets);
    const rouges = overlap.score(overlap.statistics(output, targets));
    const { score } = sentenceBleu.score(sentenceBleu.statistics(output, targets));
    return {
      scores: {
        f1,
        exact,
        quasi_exact: quasiExact,
        precision,
        recall,
        rouge1: rouges?.rouge1?.fmeasure ?? 0,
        rouge2: rouges?.rouge2?.fmeasure ?? 0,
        rougeL: rouges?.rougeL?.fmeasure ?? 0,
        bleu: score,
      },
    };
  },
  signature: () => 'nine_scores',
});

/** Puts the algorithm into this thread's table: both the run and each scoring thread look there by name. */
export function addNineScores(): void {
  (ALGORITHMS as Map<string, Algorithm>).set(nineScores.name, nineScores);
}
