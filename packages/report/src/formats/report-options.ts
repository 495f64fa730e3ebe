import type { CategoryComparison, ModelCost, ModelRank, SampleNote } from '@assay/core';

/** A gate as it came out. */
export interface GateResult {
  /** The gate's own text: `qa_accuracy.f1_score lower bound >= 0.6`. */
  readonly name: string;
  readonly status: 'passed' | 'failed' | 'inconclusive';
  /** Whether it ends the run with an exit code. @default for all that did not pass */
  readonly blocks?: boolean;
  /** Why it failed, or what it saw. */
  readonly reason: string;
}

/** The model that was chosen of a run, as best_model.json has it. */
export interface ChosenModel {
  readonly model: string;
  readonly reason: string;
  /** Of every model, the best first. */
  readonly ranks: readonly ModelRank[];
}

/** The sides that a page of a comparison can put in its place, as the viewer offers them. */
export interface SideChoices {
  readonly sides: readonly { readonly value: string; readonly label: string }[];
  /** Value of the side that all others are held against. */
  readonly baseline: string;
  readonly candidates: readonly ChosenSide[];
  /** Candidates that one page can have. */
  readonly most: number;
}

/** A candidate, and what of it differs from the baseline and is the same, in words. */
export interface ChosenSide {
  readonly value: string;
  readonly differs: readonly string[];
  readonly same: readonly string[];
}

/** What the reports say beyond the run's figures. */
export interface ReportOptions {
  /** @default none */
  readonly gates?: readonly GateResult[] | undefined;
  /** @default none was chosen */
  readonly chosen?: ChosenModel | undefined;
  /** What a reader should know before anything else, in words. @default nothing */
  readonly notes?: readonly string[] | undefined;
  /** Paired within categories, of two models. @default none */
  readonly categories?: readonly CategoryComparison[] | undefined;
  /** html: what people say of samples. @default nothing */
  readonly sampleNotes?: readonly SampleNote[] | undefined;
  /** html: other sides to compare, in the viewer. @default none */
  readonly choices?: SideChoices | undefined;
  /** csv: whether texts that a spreadsheet would take for formulas stay as they are. @default false */
  readonly raw?: boolean | undefined;
  /** What each model's answers cost. @default unknown */
  readonly costs?: readonly ModelCost[] | undefined;
}
