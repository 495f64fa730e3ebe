/** An axis: its ends and the distance between its ticks. */
export interface Scale {
  readonly min: number;
  readonly max: number;
  readonly step: number;
}

function niceStep(span: number): number {
  const power = 10 ** Math.floor(Math.log10(span));
  const lead = span / power;
  return (lead <= 1 ? 0.2 : lead <= 2 ? 0.5 : lead <= 5 ? 1 : 2) * power;
}

/**
 * The scale for a set of values. A finite declared range is shown whole unless the values fill less than a quarter of
 * it, where a whole scale would hide every difference.
 */
export function niceScale(values: readonly number[], range: readonly [number, number]): Scale {
  const finite = values.filter(Number.isFinite);
  const low = finite.length > 0 ? Math.min(...finite) : 0;
  const high = finite.length > 0 ? Math.max(...finite) : 1;
  const declared = range[1] - range[0];
  if (Number.isFinite(declared) && high - low >= declared / 4) {
    return { min: range[0], max: range[1], step: niceStep(declared) };
  }
  const span = high - low || Math.abs(high) * 0.1 || 0.1;
  const step = niceStep(span * 1.5);
  const min = Math.max(Math.floor((low - span * 0.25) / step) * step, range[0]);
  const max = Math.min(Math.ceil((high + span * 0.25) / step) * step, range[1]);
  return { min, max, step };
}
