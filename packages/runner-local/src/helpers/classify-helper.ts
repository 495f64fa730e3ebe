import type { HelperBackend, HelperResult } from '@assay/core';
import { type ClassifierOptions, createClassifier } from '../classifiers/classifier.ts';
import { answersById, DistinctTexts, failureOf } from './distinct-texts.ts';

/** A text classifier as a helper: probabilities by label, under Detoxify's names where it has one. */
export async function createClassifyHelper(options: ClassifierOptions): Promise<HelperBackend> {
  const classifier = await createClassifier(options);
  return {
    id: classifier.id,
    answer: async (asks) => {
      const texts = new DistinctTexts();
      const ids = asks.map((ask) => texts.idOf(ask.kind === 'classify' ? ask.text : ''));
      const answers = await answersById(classifier.classify(texts.inputs()));
      return ids.map((id): HelperResult => {
        const answer = answers.get(id);
        return answer?.ok ? { kind: 'classify', labels: answer.labels } : failureOf(answer);
      });
    },
    close: () => classifier.close(),
  };
}
