import type { HelperAsk, HelperBackend, HelperResult } from '@assay/core';
import { type Classifier, type ClassifierOptions, createClassifier } from '../classifiers/classifier.ts';
import { answerInGroups } from './answer-in-groups.ts';
import { answersById, DistinctTexts, failureOf } from './distinct-texts.ts';

/**
 * A text classifier as a helper: probabilities by label, under Detoxify's names where it has one; or of labels that the
 * ask names, where the model is one of natural-language inference.
 */
export async function createClassifyHelper(options: ClassifierOptions): Promise<HelperBackend> {
  const classifier = await createClassifier(options);
  return {
    id: classifier.id,
    answer: (asks) => answerInGroups(asks, labelsAsked, (group) => answerGroup(classifier, group)),
    close: () => classifier.close(),
  };
}

function labelsAsked(ask: HelperAsk): string {
  return ask.kind === 'classify' && ask.labels !== undefined ? JSON.stringify([ask.labels, ask.hypothesis]) : '';
}

async function answerGroup(classifier: Classifier, asks: readonly HelperAsk[]): Promise<HelperResult[]> {
  const texts = new DistinctTexts();
  const ids = asks.map((ask) => {
    if (ask.kind !== 'classify') return texts.idOf('');
    return ask.beside === undefined ? texts.idOf(ask.text) : texts.idOf(ask.beside, ask.text);
  });
  const [first] = asks;
  const labels = first?.kind === 'classify' ? first.labels : undefined;
  const hypothesisTemplate = first?.kind === 'classify' ? first.hypothesis : undefined;
  const answers = await answersById(
    labels === undefined
      ? classifier.classify(texts.inputs(), { whole: true })
      : classifier.zeroShot(texts.inputs(), { labels, hypothesisTemplate, whole: true }),
  );
  return ids.map((id): HelperResult => {
    const answer = answers.get(id);
    if (!answer?.ok) return failureOf(answer);
    const { labels: found, spans } = answer;
    return { kind: 'classify', labels: found, ...(spans === undefined ? {} : { spans }) };
  });
}
