import { toxicityAlgorithm } from './toxicity-algorithm.ts';

export const toxicity = toxicityAlgorithm('toxicity', 'How toxic the output is, by a classifier.');

export const qaToxicity = toxicityAlgorithm('qa_toxicity', 'How toxic answers to questions are, by a classifier.');

export const summarizationToxicity = toxicityAlgorithm(
  'summarization_toxicity',
  'How toxic summaries are, by a classifier.',
);
