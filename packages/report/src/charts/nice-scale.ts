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
 * The scale for figures that are to be compared. A finite declared range is shown whole, unless there are several
 * figures that fill less than a sixth of it: a whole scale would hide their differences.
 */
export function niceScale(values: readonly number[], range: readonly [number, number], several: boolean): Scale {
  const finite = values.filter(Number.isFinite);
  const low = finite.length > 0 ? Math.min(...finite) : 0;
  const high = finite.length > 0 ? Math.max(...finite) : 1;
  const declared = range[1] - range[0];
  if (Number.isFinite(declared) && (!several || high - low >= declared / 6)) {
    return { min: range[0], max: range[1], step: niceStep(declared) };
  }
  const least = Number.isFinite(declared) ? declared / 20 : Math.max(Math.abs(low) * 1e-3, Math.abs(high) * 1e-3, 1e-6);
  const room = Math.max(high - low, least) * 0.25;
  const step = niceStep(high - low + 2 * room);
  const min = Math.max(Math.floor((low - room) / step) * step, range[0]);
  const max = Math.min(Math.ceil((high + room) / step) * step, range[1]);
  return { min: tidy(min), max: tidy(max), step };
}

/** Takes away what floating point adds to multiples of a step. */
function tidy(value: number): number {
  return Number(value.toPrecision(12));
}
