import type { Runner } from '@assay/core';
import { lacksCapability } from '../threads/capability-error.ts';
import { type ClassifierOptions, createClassifier } from './classifier.ts';

/** A classifier behind the runner port: it can `classify` and nothing else. @throws what createClassifier throws */
export async function createClassifierRunner(options: ClassifierOptions): Promise<Runner> {
  const classifier = await createClassifier(options);
  return {
    version: 1,
    id: classifier.id,
    notes: classifier.notes,
    capabilities: new Set(['classify'] as const),
    generate() {
      throw lacksCapability(classifier.id, 'generate', 'classify');
    },
    logProbabilities() {
      throw lacksCapability(classifier.id, 'logProbability', 'classify');
    },
    embed() {
      throw lacksCapability(classifier.id, 'embed', 'classify');
    },
    classify: (texts, { signal }) => classifier.classify(texts, { signal }),
    close: () => classifier.close(),
  };
}
