import type { SampleRow } from '@assay/core';

/** Judges that a page compares with each other. */
const MOST_JUDGES = 12;

/** What a run's judges said, judge by judge and pair by pair. */
export interface JudgeAgreement {
  readonly judges: readonly {
    readonly name: string;
    /** What it was asked of. */
    readonly n: number;
    /** Mean sureness, in [0, 1]. */
    readonly sureness: number;
    /** Those of `n` in which its replies to the same question differ. */
    readonly wavered: number;
  }[];
  /** Pairs of places in `judges` that judged the same; `kappa` is Cohen's, null where chance alone would agree. */
  readonly pairs: readonly {
    readonly a: number;
    readonly b: number;
    readonly n: number;
    readonly same: number;
    readonly kappa: number | null;
  }[];
}

interface Pair {
  n: number;
  same: number;
  readonly left: Map<string, number>;
  readonly right: Map<string, number>;
}

/** Counts remarks as rows go by. */
export class AgreementCounter {
  readonly #judges = new Map<string, { n: number; sureness: number; wavered: number }>();
  readonly #pairs = new Map<string, Pair>();

  add({ remarks = {} }: Pick<SampleRow, 'remarks'>): void {
    for (const said of Object.values(remarks)) {
      const units = new Map<string, Map<string, string>>();
      for (const { by, about = '', holds, said: replies, sureness } of said) {
        const judge = this.#judges.get(by) ?? { n: 0, sureness: 0, wavered: 0 };
        if (!this.#judges.has(by) && this.#judges.size >= MOST_JUDGES) continue;
        this.#judges.set(by, judge);
        judge.n += 1;
        judge.sureness += sureness;
        if (new Set(replies).size > 1) judge.wavered += 1;
        units.set(about, (units.get(about) ?? new Map<string, string>()).set(by, holds));
      }
      for (const held of units.values()) this.#pair([...held]);
    }
  }

  #pair(held: readonly (readonly [by: string, holds: string])[]): void {
    held.forEach(([a, left], at) => {
      for (const [b, right] of held.slice(at + 1)) {
        const isTurned = a > b;
        const key = JSON.stringify(isTurned ? [b, a] : [a, b]);
        const pair = this.#pairs.get(key) ?? { n: 0, same: 0, left: new Map(), right: new Map() };
        this.#pairs.set(key, pair);
        pair.n += 1;
        if (left === right) pair.same += 1;
        count(pair.left, isTurned ? right : left);
        count(pair.right, isTurned ? left : right);
      }
    });
  }

  /** null where nobody judged. */
  finish(): JudgeAgreement | null {
    if (this.#judges.size === 0) return null;
    const names = [...this.#judges.keys()];
    return {
      judges: [...this.#judges].map(([name, { n, sureness, wavered }]) => ({
        name,
        n,
        sureness: sureness / n,
        wavered,
      })),
      pairs: [...this.#pairs].map(([key, pair]) => {
        const [a, b] = JSON.parse(key) as [string, string];
        return { a: names.indexOf(a), b: names.indexOf(b), n: pair.n, same: pair.same, kappa: kappaOf(pair) };
      }),
    };
  }
}

function count(counts: Map<string, number>, label: string): void {
  counts.set(label, (counts.get(label) ?? 0) + 1);
}

/** Agreement beyond what the two would have by chance, in [−1, 1]. */
function kappaOf({ n, same, left, right }: Pair): number | null {
  let chance = 0;
  for (const [label, own] of left) chance += (own / n) * ((right.get(label) ?? 0) / n);
  return chance >= 1 ? null : (same / n - chance) / (1 - chance);
}
