import { AssayError, compareModels, openSides, pairSamples, verdictWords } from 'assay/internal';
import type { AgainstBaseline } from 'assay/internal/report';
import type { RunOverview } from '../runs/run-catalogue.ts';

/** A model of a run. */
export interface Side {
  readonly run: RunOverview;
  readonly model: string;
}

/** One side held against another by their samples, on all scores that both have; what is told is of one of them. */
export async function againstBaseline(baseline: Side, candidate: Side, key: string): Promise<AgainstBaseline> {
  try {
    const names = [...new Set([baseline.run.folder.path, candidate.run.folder.path])];
    const { sides, scores } = await openSides(names, {
      baselineModel: baseline.model,
      candidateModel: candidate.model,
    });
    const found = compareModels(pairSamples(sides[0]!.scores, sides[1]!.scores), scores);
    const own = found.find(({ algorithm, score }) => `${algorithm}.${score}` === key);
    if (own === undefined || own.n === 0) return unknown('not compared');
    return {
      verdict: own.verdict,
      words: own.verdict === null ? 'not asked' : verdictWords(own.verdict, own.margin),
      difference: own.difference,
      worse: found.filter((each) => each !== own && each.verdict === 'worse').map(({ score }) => score),
    };
  } catch (thrown) {
    if (thrown instanceof AssayError) return unknown(thrown.message);
    throw thrown;
  }
}

function unknown(words: string): AgainstBaseline {
  return { verdict: null, words, difference: null, worse: [] };
}
