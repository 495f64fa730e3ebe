import type { RunnerWith } from '@assay/core';
import { type ClassifierOptions, createClassifier } from './classifier.ts';

/** A classifier behind the runner port: it can `classify` and nothing else. @throws what createClassifier throws */
export async function createClassifierRunner(options: ClassifierOptions): Promise<RunnerWith<'classify' | 'close'>> {
  const classifier = await createClassifier(options);
  return {
    version: 2,
    id: classifier.id,
    notes: classifier.notes,
    classify: (texts, { signal }) => classifier.classify(texts, { signal }),
    close: () => classifier.close(),
  };
}
