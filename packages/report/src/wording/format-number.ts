/** A score as people read it: three decimals below 100, fewer above. */
export function formatScore(value: number | null): string {
  if (value === null || !Number.isFinite(value)) return '–';
  const size = Math.abs(value);
  const text = size >= 1e6 ? value.toExponential(2) : value.toFixed(size >= 1000 ? 0 : size >= 100 ? 1 : 3);
  return text.replace(/^-(?=[\d.]*[1-9])/, '−').replace(/^-/, '');
}

/** A difference, always with its sign. */
export function formatDifference(value: number): string {
  const text = formatScore(value);
  return text.startsWith('−') || /^[0.]+$/.test(text) ? text : `+${text}`;
}

export function formatInterval(interval: readonly [number, number] | null): string {
  return interval === null ? '–' : `${formatScore(interval[0])}\u00a0…\u00a0${formatScore(interval[1])}`;
}

export function formatPValue(p: number): string {
  return p < 0.001 ? 'p\u00a0<\u00a00.001' : `p\u00a0=\u00a0${p.toFixed(3)}`;
}

/** Whole numbers with thin groups: 12 345. */
export function formatCount(count: number): string {
  return String(Math.round(count)).replace(/\B(?=(\d{3})+$)/g, '\u202f');
}

export function formatMilliseconds(ms: number): string {
  if (ms < 1000) return `${ms < 10 ? ms.toFixed(1) : Math.round(ms)} ms`;
  if (ms < 120_000) return `${(ms / 1000).toFixed(ms < 10_000 ? 2 : 1)} s`;
  const minutes = Math.round(ms / 60_000);
  return minutes < 120 ? `${minutes} min` : `${(minutes / 60).toFixed(1)} h`;
}

/** `1 sample`, `2 samples`. */
export function plural(count: number, one: string, many: string = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`;
}
