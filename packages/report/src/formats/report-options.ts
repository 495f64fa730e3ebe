/** A gate as it came out. */
export interface GateResult {
  /** The gate's own text: `qa_accuracy.f1_score lower bound >= 0.6`. */
  readonly name: string;
  readonly passed: boolean;
  /** Why it failed, or what it saw. */
  readonly reason: string;
}

export interface ReportOptions {
  /** @default none */
  readonly gates?: readonly GateResult[];
}
