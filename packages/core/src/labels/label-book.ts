import { hash } from 'node:crypto';
import type { HumanLabel } from './human-label.ts';

/** What is known of one output: what each person says of it now, and whether people judged it by another rubric. */
export interface OutputLabels {
  /** One label a person, in the order of their names. */
  readonly labels: readonly string[];
  readonly otherRubric: boolean;
}

/** Labels by what they are about. A later label of a person on an output takes the place of an earlier one. */
export class LabelBook {
  /** By sample, output, person and rubric. */
  readonly #last = new Map<string, HumanLabel>();
  readonly #byOutput = new Map<string, Set<string>>();

  constructor(labels: Iterable<HumanLabel> = []) {
    for (const label of labels) this.add(label);
  }

  add(label: HumanLabel): void {
    const about = `${label.sample} ${label.output}`;
    const key = JSON.stringify([about, label.who, label.rubric]);
    this.#last.set(key, label);
    const known = this.#byOutput.get(about) ?? new Set();
    this.#byOutput.set(about, known.add(key));
  }

  /** @param rubric that the labels are to be of */
  of(sample: string, output: string, rubric: string): OutputLabels {
    const keys = this.#byOutput.get(`${sample} ${output}`) ?? [];
    const said = [...keys].map((key) => this.#last.get(key)!).filter(({ label }) => label !== null);
    const own = said.filter((each) => each.rubric === rubric).sort((a, b) => (a.who < b.who ? -1 : 1));
    return { labels: own.map(({ label }) => label!), otherRubric: own.length < said.length };
  }

  /** What a label's person says of its output by its rubric now; null where nothing counts. */
  labelOf({ sample, output, who, rubric }: Pick<HumanLabel, 'sample' | 'output' | 'who' | 'rubric'>): string | null {
    return this.#last.get(JSON.stringify([`${sample} ${output}`, who, rubric]))?.label ?? null;
  }

  /** The labels that count, in the order in which they were first given. */
  *said(): Iterable<HumanLabel & { readonly label: string }> {
    for (const label of this.#last.values()) if (hasWord(label)) yield label;
  }

  /** Whether a person has a label on an output by this rubric. */
  has(sample: string, output: string, rubric: string, who: string): boolean {
    return this.labelOf({ sample, output, who, rubric }) !== null;
  }

  /** Labels that count. */
  get size(): number {
    return [...this.said()].length;
  }

  /** Over all that counts, whatever the order of the lines. */
  digest(): string {
    const lines = [...this.#last].map(([key, { label }]) => `${key} ${JSON.stringify(label)}`).sort();
    return hash('sha256', lines.join('\n'), 'hex');
  }
}

function hasWord(label: HumanLabel): label is HumanLabel & { readonly label: string } {
  return label.label !== null;
}
