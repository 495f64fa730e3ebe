export interface Plan {
  readonly tests: string;
  readonly code: Readonly<Record<string, string>>;
  readonly chosen: readonly string[];
}

export function runPlan(folder: string, plan: Plan, env?: Readonly<Record<string, string>>): void;

export function goOn(folder: string, env?: Readonly<Record<string, string>>): void;

export function howEnded(
  folder: string,
  mutants: Iterable<string>,
): Map<string, 'killed' | 'timeout' | 'survived' | 'uncovered'>;
