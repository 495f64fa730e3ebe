import type { CorpusName, TextPair } from '../corpora.ts';

/** One metric measured side by side with the Python library that people use for it. */
export interface ProductCase {
  readonly metric: string;
  readonly peer: string;
  /** Job of packages/cli/python/metrics_peers.py. */
  readonly job: string;
  /** Ratio to reach on each corpus; a corpus left out is not measured. */
  readonly goals: Readonly<Partial<Record<CorpusName, number>>>;
  /** Corpora on which the peer takes minutes for one pair: measured only with `--slow`. */
  readonly slow?: readonly CorpusName[];
  /** Scores every pair. */
  readonly run: (pairs: readonly TextPair[]) => void;
}

/** A rate of our own against another rate of our own, such as a metric against its tokeniser. */
export interface LimitCase {
  readonly metric: string;
  readonly limit: string;
  readonly corpus: CorpusName;
  /** Share of the limit's rate to reach. */
  readonly goal: number;
  readonly run: (pairs: readonly TextPair[]) => void;
  readonly runLimit: (pairs: readonly TextPair[]) => void;
}
