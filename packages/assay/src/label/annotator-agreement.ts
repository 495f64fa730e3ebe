import type { HumanLabel, LabelBook } from '@assay/core';
import { agreementEstimate, ConfusionMatrix, cohenKappa, type Interval, krippendorffAlpha } from '@assay/metrics';

/** How far people who labelled by one rubric agree with one another. */
export interface AnnotatorAgreement {
  /** Digest of the rubric. */
  readonly rubric: string;
  /** By person: outputs labelled. */
  readonly people: Readonly<Record<string, number>>;
  /** Outputs with labels of two people or more. */
  readonly shared: number;
  /** Of these, those on which people differ: their labels count by the mean. */
  readonly contradicted: number;
  /** Krippendorff's nominal alpha over all people; null where nobody shares an output, or all labels are one word. */
  readonly alpha: number | null;
  readonly pairs: readonly PairAgreement[];
}

export interface PairAgreement {
  readonly people: readonly [string, string];
  /** Outputs that both labelled. */
  readonly n: number;
  readonly agreed: number;
  /** Cohen's kappa; null of fewer than two outputs, or of one word alone. */
  readonly kappa: number | null;
  /** At 95 %. */
  readonly interval: Interval | null;
}

/** By rubric, in the order in which rubrics first appear. */
export function annotatorAgreement(book: LabelBook): AnnotatorAgreement[] {
  const byRubric = new Map<string, HumanLabel[]>();
  for (const label of book.said()) byRubric.set(label.rubric, [...(byRubric.get(label.rubric) ?? []), label]);
  return [...byRubric].map(([rubric, labels]) => ({ rubric, ...agreementOf(labels) }));
}

function agreementOf(labels: readonly HumanLabel[]): Omit<AnnotatorAgreement, 'rubric'> {
  const outputs = new Map<string, Map<string, string>>();
  const people: Record<string, number> = {};
  for (const { sample, output, who, label } of labels) {
    const about = `${sample} ${output}`;
    outputs.set(about, (outputs.get(about) ?? new Map<string, string>()).set(who, label!));
    people[who] = (people[who] ?? 0) + 1;
  }
  const units = [...outputs.values()];
  const shared = units.filter(({ size }) => size > 1);
  const names = Object.keys(people).sort();
  return {
    people,
    shared: shared.length,
    contradicted: shared.filter((said) => new Set(said.values()).size > 1).length,
    alpha: krippendorffAlpha(units.map((said) => [...said.values()])),
    pairs: names.flatMap((a, at) => names.slice(at + 1).flatMap((b) => pairAgreement([a, b], shared))),
  };
}

/** Empty where the two share no output. */
function pairAgreement(
  people: readonly [string, string],
  units: readonly ReadonlyMap<string, string>[],
): PairAgreement[] {
  const pairs = units.flatMap((said): [string, string][] => {
    const [first, second] = [said.get(people[0]), said.get(people[1])];
    return first === undefined || second === undefined ? [] : [[first, second]];
  });
  if (pairs.length === 0) return [];
  const words = [...new Set(pairs.flat())].sort();
  const table = words.map((row) => words.map((column) => pairs.filter(([a, b]) => a === row && b === column).length));
  const estimate = words.length < 2 ? null : agreementEstimate(table, 'kappa');
  return [
    {
      people,
      n: pairs.length,
      agreed: pairs.filter(([a, b]) => a === b).length,
      kappa: cohenKappa(
        ConfusionMatrix.of(
          pairs.map(([a]) => a),
          pairs.map(([, b]) => b),
        ),
      ),
      interval: estimate?.interval() ?? null,
    },
  ];
}
