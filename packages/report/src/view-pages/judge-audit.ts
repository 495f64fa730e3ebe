import type { JudgeUsefulness, TrustThreshold } from '@assay/metrics';

/** What a run shows of its judges. */
export interface JudgeAudit {
  readonly run: string;
  readonly judges: readonly AuditedJudge[];
  readonly pairs: readonly AuditedPair[];
  readonly panels: readonly AuditedPanel[];
  /** What a cascade was to promise: agreement, and the chance that it is missed. */
  readonly agreement: number;
  readonly risk: number;
}

/** A figure over n outputs with its interval at 95 %. */
export interface AuditFigure {
  readonly value: number;
  readonly n: number;
  readonly interval: readonly [number, number];
}

/** What a run shows of one judge, its scores scaled to 0 … 1. null where it shows nothing. */
export interface AuditedJudge {
  readonly algorithm: string;
  readonly judge: string;
  readonly samples: number;
  readonly labelled: number;
  readonly usefulness: JudgeUsefulness['verdict'] | null;
  /** Share of the labels that it repeats; not of checklists, whose words are others. */
  readonly agreement: AuditFigure | null;
  /** Mean of judge − label, in [−1, 1]: above 0 it is too kind. */
  readonly bias: AuditFigure | null;
  /** Pearson's, of its score with the labels. */
  readonly correlation: AuditFigure | null;
  /** Share of replies that pick what stood first; 0.5 is no preference. Of comparisons, and of two labels. */
  readonly first: AuditFigure | null;
  /** Share of outputs on which the order changed its mind. */
  readonly flipped: AuditFigure | null;
  /** Correlation of an output's length (as a logarithm) with judge − label: above 0 it likes length more than people do. */
  readonly length: AuditFigure | null;
  /** Of outputs that people hold best: what the judge's own model's score more than others', in [−1, 1]. */
  readonly selfPreference: AuditFigure | null;
  /** The same of outputs that people hold worst; null of comparisons, where it is the same figure. */
  readonly selfExcuse: AuditFigure | null;
  /** Share of outputs on which repeats in one order differ. */
  readonly unstable: AuditFigure | null;
}

/** Two judges, or two wordings of a rubric, on the same outputs. */
export interface AuditedPair {
  readonly judges: readonly [string, string];
  /** Another judge, or the same by another rubric. */
  readonly differ: 'judge' | 'wording';
  /** Share of outputs on which both hold the same; null where their words differ. */
  readonly alike: AuditFigure | null;
  /** Mean of the second's score − the first's, in [−1, 1]. */
  readonly difference: AuditFigure | null;
}

/** How a jury or a cascade of an algorithm's judges would be set up by the labels, for `weights` and `sure_from`. */
export interface AuditedPanel {
  readonly algorithm: string;
  readonly judges: readonly string[];
  /** log(p / (1 − p)) of each judge's agreement p with people, at least 0.05; null without labels or words. */
  readonly weights: readonly number[] | null;
  /** By judge: from which sureness on it agrees as wanted; null where the labels do not show it. */
  readonly cascade: readonly (TrustThreshold | null)[];
}

/** An audit as a page. */
export interface AuditPage {
  readonly view: 'audit';
  readonly audit: JudgeAudit;
}
