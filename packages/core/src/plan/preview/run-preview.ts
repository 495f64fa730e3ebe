import type { LabelNeed } from './label-need.ts';

/** What a run would ask and take, found without running it but for a few probed samples. */
export interface RunPreview {
  readonly dataset: string;
  /** Samples that can be read and would be asked. */
  readonly samples: number;
  readonly badRows: number;
  readonly seed: number;
  readonly algorithms: readonly string[];
  readonly models: readonly ModelPreview[];
  readonly power: PowerPreview;
  /** Present where the run may end before all samples are asked. */
  readonly stop?: { readonly score: string; readonly rule: string };
}

export interface ModelPreview {
  readonly name: string;
  /** Pins what would answer; null where it was not opened. */
  readonly runner: string | null;
  /** Why it was not opened. */
  readonly problem: string | null;
  /** Left closed on purpose: opening it could cost money. */
  readonly isSkipped: boolean;
  /** Asked by a batch API: within a day. What is probed is asked at once. */
  readonly isBatched: boolean;
  /** Questions to the model over all samples, algorithms, variants and repeats. */
  readonly questions: number;
  /** By the model's own tokenizer; null where the runner cannot count. */
  readonly promptTokens: TokenCounts | null;
  /** Of these tokens about so many need not be read, since earlier prompts begin with them; null where the runner cannot tell. */
  readonly sharedTokens: number | null;
  readonly contextTokens: number | null;
  /** Prompts beyond the context: `truncated` without an answer, or cut where the config says so. Null where unknown. */
  readonly tooLong: number | null;
  readonly overflow: 'error' | 'left' | 'middle';
  /** Questions that the generation cache answers; null without one. */
  readonly cached: number | null;
  readonly probe: Probe | null;
  /**
   * For the questions that are not cached, as fast as in the probe; null without one. A run asks more at a time and is
   * faster. Helper models and judges not included.
   */
  readonly seconds: number | null;
  readonly cost: Cost | null;
  /** What the cost is made of, or why it is unknown. */
  readonly costReason: string;
}

/** Tokens of the prompts, one question each. */
export interface TokenCounts {
  readonly min: number;
  readonly median: number;
  readonly max: number;
  readonly total: number;
}

/** Some samples really asked. */
export interface Probe {
  readonly samples: number;
  readonly questions: number;
  readonly failed: number;
  readonly firstError: string | null;
  /** Questions of all samples but the first, which warms the model up. */
  readonly timedQuestions: number;
  /** That these took. */
  readonly elapsedMs: number;
  /** Mean over generated answers; null where the runner does not count. */
  readonly promptTokens: number | null;
  readonly newTokens: number | null;
}

export interface Cost {
  readonly amount: number;
  readonly currency: string;
  /** Every answer counted at its greatest length. */
  readonly isUpperBound: boolean;
}

/** What the samples can tell of primary scores, at 5 % false alarms over all verdicts and 80 % power for each. */
export interface PowerPreview {
  readonly alpha: number;
  readonly power: number;
  /** Verdicts that are adjusted together: primary scores times pairs of models. */
  readonly family: number;
  /**
   * Clusters that the samples stand in, where the dataset has a cluster key: the figures are those of independent samples,
   * and samples of one cluster tell less, at worst as much as one. Null without clusters of several samples.
   */
  readonly clusters: number | null;
  /**
   * As many samples of equal weight as the weighted ones count like (Kish), for which the figures are. Null without a
   * weight key, or where all weights are equal.
   */
  readonly effectiveSamples: number | null;
  /** Share of the samples on which two models are taken to score differently. */
  readonly discordant: number;
  readonly scores: readonly DetectableEffect[];
  readonly gates: readonly GateNeed[];
}

export interface DetectableEffect {
  /** As `algorithm.score`. */
  readonly score: string;
  /** Smallest difference of two models that would be found; null where none would, or the score has no bounds. */
  readonly difference: number | null;
  /** The config's margin, and the samples at which a difference of that size would be found; null where none are enough. */
  readonly margin?: { readonly difference: number; readonly samples: number | null };
}

export interface GateNeed {
  readonly gate: string;
  /** What the samples are needed for, in words; or why nothing can be said. */
  readonly purpose: string;
  readonly samples: number | null;
  /** Whether the run has as many. */
  readonly isEnough: boolean | null;
  /** Where a judge decides: samples that people must label. */
  readonly labels?: LabelNeed;
}
