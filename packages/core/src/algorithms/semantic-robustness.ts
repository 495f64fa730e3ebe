import { classificationAccuracy } from './classification-accuracy.ts';
import { qaAccuracy } from './qa-accuracy.ts';
import { robustVariant } from './robust-variant.ts';
import { summarizationAccuracy } from './summarization-accuracy.ts';

/** FMEval's name for `qa_accuracy` with robustness. */
export const qaAccuracySemanticRobustness = robustVariant('qa_accuracy_semantic_robustness', qaAccuracy);

/** FMEval's name for `summarization_accuracy` with robustness. */
export const summarizationAccuracySemanticRobustness = robustVariant(
  'summarization_accuracy_semantic_robustness',
  summarizationAccuracy,
);

/** FMEval's name for `classification_accuracy` with robustness. */
export const classificationAccuracySemanticRobustness = robustVariant(
  'classification_accuracy_semantic_robustness',
  classificationAccuracy,
);
