import { expect, test } from 'vitest';
import { canonicalAlgorithmName } from './algorithm-name.ts';

test.each([
  ['FactualKnowledge', 'factual_knowledge'],
  ['QAAccuracy', 'qa_accuracy'],
  ['QAAccuracySemanticRobustness', 'qa_accuracy_semantic_robustness'],
  ['SummarizationAccuracy', 'summarization_accuracy'],
  ['SummarizationAccuracySemanticRobustness', 'summarization_accuracy_semantic_robustness'],
  ['ClassificationAccuracy', 'classification_accuracy'],
  ['ClassificationAccuracySemanticRobustness', 'classification_accuracy_semantic_robustness'],
  ['GeneralSemanticRobustness', 'general_semantic_robustness'],
  ['PromptStereotyping', 'prompt_stereotyping'],
  ['Toxicity', 'toxicity'],
  ['QAToxicity', 'qa_toxicity'],
  ['SummarizationToxicity', 'summarization_toxicity'],
  ['qa_accuracy', 'qa_accuracy'],
  ['qa-accuracy', 'qa_accuracy'],
])('%s is %s', (written, name) => expect(canonicalAlgorithmName(written)).toBe(name));
