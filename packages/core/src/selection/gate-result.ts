/** How one gate ended for one model. */
export interface GateResult {
  readonly gate: string;
  readonly model: string;
  readonly passed: boolean;
  readonly reason: string;
}

/** A figure as a gate's reason tells it. */
export function gateFigure(value: number): string {
  return value.toFixed(3);
}
