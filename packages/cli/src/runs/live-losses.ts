import type { SampleState } from 'assay/internal';
import type { LiveLoss } from 'assay/internal/report';

/** Reasons that are kept apart; what else there is, is counted. */
const MOST_REASONS = 100;
const SHOWN = 20;

interface Group {
  readonly state: SampleState;
  readonly code: string;
  readonly reason: string;
  readonly models: Set<number>;
  count: number;
  sample: number;
}

/** Why samples have no score, by reason. A sample that is asked again and scored is taken back. */
export class LiveLosses {
  readonly #groups = new Map<string, Group>();

  /** @returns what takes it back */
  add(loss: Pick<Group, 'state' | 'code' | 'reason'> & { readonly model: number; readonly sample: number }): string {
    const { state, code, reason, model, sample } = loss;
    const own = JSON.stringify([state, code, reason]);
    const key = this.#groups.has(own) || this.#groups.size < MOST_REASONS ? own : '';
    const known = this.#groups.get(key) ?? {
      ...{ state, code: key === '' ? '' : code, reason: key === '' ? 'other reasons' : reason },
      ...{ models: new Set<number>(), count: 0, sample },
    };
    this.#groups.set(key, known);
    known.count += 1;
    known.sample = sample;
    known.models.add(model);
    return key;
  }

  takeBack(key: string): void {
    const known = this.#groups.get(key);
    if (known === undefined) return;
    known.count -= 1;
    if (known.count === 0) this.#groups.delete(key);
  }

  list(): { readonly losses: LiveLoss[]; readonly further: number } {
    const groups = [...this.#groups.values()].sort((a, b) => b.count - a.count);
    const losses = groups.slice(0, SHOWN).map(({ models, ...group }) => ({ ...group, models: [...models].sort() }));
    return { losses, further: Math.max(0, groups.length - SHOWN) };
  }
}
