/** @jsxImportSource preact */
import type { PageModel, RunPage } from '../../src/run-page/run-page.ts';
import { useUrlValue } from '../shell/url-state.ts';

/** The two models that are looked at together, as positions among the page's, and what they are called. */
export interface TwoSides {
  readonly baseline: number;
  readonly candidate: number;
  readonly before: PageModel;
  readonly after: PageModel;
  readonly choose: (side: 'baseline' | 'candidate', at: number) => void;
}

/** Those that the address names, as the lists of fixed and broken samples have them; else those that lead the page. */
export function useTwoSides({ models, lead }: RunPage): TwoSides {
  const [before, setBefore] = useUrlValue('baseline');
  const [after, setAfter] = useUrlValue('candidate');
  const placeOf = (wanted: string) => models.findIndex(({ name }) => name === wanted);
  const baseline = placeOf(before) < 0 ? (lead?.baseline ?? 0) : placeOf(before);
  const candidate = placeOf(after) < 0 ? (lead?.candidate ?? models.length - 1) : placeOf(after);
  return {
    ...{ baseline, candidate, before: models[baseline]!, after: models[candidate]! },
    choose: (side, at) => (side === 'baseline' ? setBefore : setAfter)(models[at]?.name ?? ''),
  };
}

/** Chooses the two among many models. */
export function TwoSidesChoice({ page, sides }: { readonly page: RunPage; readonly sides: TwoSides }) {
  return (['baseline', 'candidate'] as const).map((side) => (
    <select
      key={side}
      class="field"
      aria-label={side === 'baseline' ? 'Baseline of who changed' : 'Candidate of who changed'}
      value={sides[side]}
      onChange={(event) => sides.choose(side, Number(event.currentTarget.value))}
    >
      {page.models.map(({ name }, at) => (
        <option key={at} value={at} disabled={at === sides[side === 'baseline' ? 'candidate' : 'baseline']}>
          {side === 'baseline' ? `★ ${name}` : name}
        </option>
      ))}
    </select>
  ));
}
