/** `inconclusive`: what was asked cannot be said of these samples, and never counts as passed. */
export type GateStatus = 'passed' | 'failed' | 'inconclusive';

/** How one gate ended for one model. */
export interface GateResult {
  readonly gate: string;
  readonly model: string;
  readonly status: GateStatus;
  readonly reason: string;
}

/** A figure as a gate's reason tells it. @param signed differences always have a sign */
export function gateFigure(value: number, signed: boolean = false): string {
  const text = Math.abs(value).toFixed(3);
  if (/^0\.0*$/.test(text)) return text;
  return `${value < 0 ? '−' : signed ? '+' : ''}${text}`;
}
