import type { Algorithm } from './algorithm.ts';
import { assertions } from './assertions.ts';
import { classificationAccuracy } from './classification-accuracy.ts';
import { cost } from './cost.ts';
import { embeddingSimilarity } from './embedding-similarity.ts';
import { exactMatch } from './exact-match.ts';
import { factualKnowledge } from './factual-knowledge.ts';
import { flaggedSpans } from './flagged-spans.ts';
import { generalSemanticRobustness } from './general-semantic-robustness.ts';
import { jsonValidity } from './json-validity.ts';
import { latency } from './latency.ts';
import { llmJudge } from './llm-judge.ts';
import { multipleChoice } from './multiple-choice.ts';
import { perplexity } from './perplexity.ts';
import { promptStereotyping } from './prompt-stereotyping.ts';
import { qaAccuracy } from './qa-accuracy.ts';
import { ranking } from './ranking.ts';
import { retrieval } from './retrieval.ts';
import {
  classificationAccuracySemanticRobustness,
  qaAccuracySemanticRobustness,
  summarizationAccuracySemanticRobustness,
} from './semantic-robustness.ts';
import { spanAccuracy } from './span-accuracy.ts';
import { summarizationAccuracy } from './summarization-accuracy.ts';
import { textSimilarity } from './text-similarity.ts';
import { qaToxicity, summarizationToxicity, toxicity } from './toxicity.ts';
import { translation } from './translation.ts';

/** Every algorithm, by name, in the order that `assay algorithms list` shows: FMEval's twelve, then ours. */
export const ALGORITHMS: ReadonlyMap<string, Algorithm> = new Map(
  [
    factualKnowledge,
    qaAccuracy,
    qaAccuracySemanticRobustness,
    summarizationAccuracy,
    summarizationAccuracySemanticRobustness,
    classificationAccuracy,
    classificationAccuracySemanticRobustness,
    generalSemanticRobustness,
    promptStereotyping,
    toxicity,
    qaToxicity,
    summarizationToxicity,
    multipleChoice,
    perplexity,
    embeddingSimilarity,
    translation,
    exactMatch,
    jsonValidity,
    assertions,
    llmJudge,
    textSimilarity,
    ranking,
    spanAccuracy,
    flaggedSpans,
    retrieval,
    latency,
    cost,
  ].map((algorithm) => [algorithm.name, algorithm as Algorithm]),
);
