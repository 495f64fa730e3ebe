import type { Algorithm } from './algorithm.ts';
import { factualKnowledge } from './factual-knowledge.ts';
import { qaAccuracy } from './qa-accuracy.ts';

/** Every algorithm, by name, in the order that `assay algorithms list` shows. */
export const ALGORITHMS: ReadonlyMap<string, Algorithm> = new Map(
  [factualKnowledge, qaAccuracy].map((algorithm) => [algorithm.name, algorithm as Algorithm]),
);
