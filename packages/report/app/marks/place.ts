import type { Scale } from '../../src/charts/nice-scale.ts';

/** Per cent of a drawing that stays free on each side, so that a marker at the end of a scale is whole. */
const ROOM = 4;

/** Zero in the middle, and room beyond the greatest difference. */
export function aroundZero(differences: readonly number[]): Scale {
  const reach = 1.15 * (differences.reduce((most, value) => Math.max(most, Math.abs(value)), 0) || 1);
  return { min: -reach, max: reach, step: reach / 2 };
}

/** Where on a scale a drawing puts its values: right is better, so that a lower-is-better score has its axis turned. */
export interface Axis {
  readonly scale: Scale;
  readonly isTurned: boolean;
}

/** Per cent from the left; beyond the scale at its end. */
export function placeOf({ scale, isTurned }: Axis, value: number): number {
  const { min, max } = scale;
  const share = max > min ? Math.min(1, Math.max(0, (value - min) / (max - min))) : 0.5;
  return ROOM + (100 - 2 * ROOM) * (isTurned ? 1 - share : share);
}

/** `12.5%`, for an attribute of an SVG: one drawing serves every width. */
export function percent(place: number): string {
  return `${Number(place.toFixed(2))}%`;
}

/** At most so many round values of a scale, evenly apart; those that reach both ends are preferred. */
export function ticksOf({ min, max }: Scale, most: number): number[] {
  const power = 10 ** Math.floor(Math.log10((max - min) / most));
  const steps = [1, 2, 2.5, 5, 10, 20].map((lead) => lead * power);
  const found = steps.map((step) => multiplesOf(step, min, max)).filter(({ length }) => length <= most);
  const whole = found.find((ticks) => ticks.length > 2 && ticks[0] === min && ticks.at(-1) === max);
  return whole ?? found[0] ?? [];
}

function multiplesOf(step: number, min: number, max: number): number[] {
  const from = Math.ceil(min / step - 1e-9);
  const to = Math.floor(max / step + 1e-9);
  return Array.from({ length: Math.max(0, to - from + 1) }, (_, i) => Number(((from + i) * step).toPrecision(12)));
}
