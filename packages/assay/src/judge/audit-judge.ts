import type { RunView } from '@assay/core';
import { type TrustThreshold, trustThreshold } from '@assay/metrics';
import type { AuditedPair, AuditedPanel, JudgeAudit } from '@assay/report';
import { figure, judgeFigures, share } from './judge-figures.ts';
import { type JudgedRow, type RunJudge, runJudges } from './judged-rows.ts';

export interface AuditOptions {
  readonly algorithm?: string | undefined;
  /** Agreement with people that a cascade is to keep. @default 0.9 */
  readonly agreement?: number | undefined;
  /** Chance that it is missed. @default 0.1 */
  readonly risk?: number | undefined;
}

/** What a run shows of its judges, without asking anybody again. @throws AssayError USAGE where it has none */
export async function auditJudges(run: RunView, options: AuditOptions = {}): Promise<JudgeAudit> {
  const { agreement = 0.9, risk = 0.1, algorithm } = options;
  const judges = await runJudges(run, algorithm);
  return {
    run: run.summary.run,
    judges: judges.map((judge) => judgeFigures(judge, ordersOf(judge), ownModels(judge, run))),
    pairs: judges.flatMap((a, at) => judges.slice(at + 1).flatMap((b) => pairOf(a, b))),
    panels: [...new Set(judges.map((judge) => judge.algorithm))].map((label) =>
      panelAdvice(
        label,
        judges.filter((judge) => judge.algorithm === label),
        agreement,
        risk,
      ),
    ),
    agreement,
    risk,
  };
}

/** How often each question was put in another order: a cross-encoder reads two texts that have none. */
function ordersOf({ instance, rows }: RunJudge): number {
  const { repeats = 1 } = instance.options as { readonly repeats?: number };
  return (rows[0]?.said[0]?.length ?? repeats) / repeats;
}

/** Models of the run that are the judge itself: of its name, or of a runner that names it. */
function ownModels({ judge }: RunJudge, { summary }: RunView): Set<string> {
  const name = judge.replace(/ \(\d+\)$/, '');
  const own = summary.models.filter((model) => model.name === name || model.runner.split(/[:@]/).includes(name));
  return new Set(own.map((model) => model.name));
}

const nameOf = ({ algorithm, judge }: RunJudge): string => `${algorithm} · ${judge}`;

/** The output that was judged. */
const aboutOf = ({ model, row }: JudgedRow): string => `${model} ${row}`;

/** Empty where the two judged nothing in common. */
function pairOf(a: RunJudge, b: RunJudge): AuditedPair[] {
  const others = new Map(b.rows.map((row) => [aboutOf(row), row]));
  const both = a.rows.flatMap((row) => {
    const other = others.get(aboutOf(row));
    return other === undefined ? [] : [{ sample: row.sample, pair: [row, other] as const }];
  });
  if (both.length === 0) return [];
  const sameWords = Object.keys(a.values).sort().join() === Object.keys(b.values).sort().join();
  // Two rubrics of other words ask for other things.
  if (!sameWords && a.algorithm !== b.algorithm) return [];
  const comparable = sameWords && both.every(({ pair: [x, y] }) => x.holds.length === y.holds.length);
  return [
    {
      judges: [nameOf(a), nameOf(b)],
      differ: a.judge === b.judge ? 'wording' : 'judge',
      alike: comparable ? share(both, ({ pair: [x, y] }) => x.holds.join() === y.holds.join()) : null,
      difference: figure(both, ({ pair: [x, y] }) => y.score - x.score, [-1, 1]),
    },
  ];
}

function panelAdvice(algorithm: string, judges: readonly RunJudge[], agreement: number, risk: number): AuditedPanel {
  const shares = judges.map(agreementTrials);
  const weights = shares.map((trials) => {
    const right = trials.filter(({ agrees }) => agrees).length;
    // Nobody is right always: one more of each.
    return Math.max(0.05, Math.log((right + 1) / (trials.length - right + 1)));
  });
  const cascade: (TrustThreshold | null)[] = [];
  let left: ReadonlySet<string> | undefined;
  for (const trials of shares) {
    const reached = trials.filter(({ about }) => left === undefined || left.has(about));
    // Each judge has its part of the risk, and is tried on what those before it pass on.
    const found = trustThreshold(reached, agreement, risk / judges.length);
    cascade.push(found);
    left = new Set(
      reached.filter(({ sureness }) => found === null || sureness < found.sureFrom).map(({ about }) => about),
    );
  }
  return {
    algorithm,
    judges: judges.map(({ judge }) => judge),
    weights: shares.every((trials) => trials.length > 0) ? weights.map((weight) => Number(weight.toFixed(2))) : null,
    cascade,
  };
}

function agreementTrials({ rows, values }: RunJudge) {
  const scores = Object.values(values);
  const [low, high] = [Math.min(...scores), Math.max(...scores)];
  return rows.flatMap((row) => {
    const { sureness, holds, label } = row;
    const value = holds.length === 1 ? values[holds[0]!] : undefined;
    if (label === undefined || value === undefined) return [];
    const agrees = Math.abs((value - low) / (high - low) - label) < 1e-9;
    return [{ about: aboutOf(row), sureness, agrees }];
  });
}
