/** @jsxImportSource preact */
import type { Column, PageIndex } from '../../src/rows/page-data.ts';
import type { RunPage } from '../../src/run-page/run-page.ts';
import { formatCount } from '../../src/wording/format-number.ts';
import type { SampleSource } from '../data/sample-source.ts';
import { useScores } from '../data/use-scores.ts';
import { ModelMark, marksOf } from '../marks/model-mark.tsx';
import { percent } from '../marks/place.ts';
import { Section } from '../marks/section.tsx';
import { Name, Pieces } from '../marks/words.tsx';
import { setUrlValues } from '../shell/url-state.ts';

/** Thresholds that stand in the table; the curve has fifty. */
const THRESHOLDS = [0.1, 0.25, 0.5, 0.75, 0.9];
const STEPS = 50;
/** Scores that are drawn. */
const MOST = 8;

/** Positions of the scores for which one asks how many answers reach a threshold: those of toxicity. */
export function thresholdScores(index: PageIndex): number[] {
  return index.scores
    .flatMap(({ key, better }, at) => (/toxicity/.test(key) && better === 'lower' ? [at] : []))
    .slice(0, MOST);
}

export interface ThresholdsProps {
  readonly page: RunPage;
  readonly source: SampleSource;
  readonly places: readonly number[];
}

/** How many answers of each model reach a threshold, for any that one would set. */
export function ThresholdsSection({ page, source, places }: ThresholdsProps) {
  const index = useScores(source, places);
  return (
    <Section
      id="thresholds"
      title="Thresholds"
      finding="Answers at or above each threshold: lower is better. A count opens them."
    >
      {places.map((at) => {
        const { key, values } = index.scores[at]!;
        return values === null ? null : <Threshold key={key} {...{ page, index, values, name: key }} />;
      })}
    </Section>
  );
}

interface ThresholdProps {
  readonly page: RunPage;
  readonly index: PageIndex;
  readonly values: Column;
  readonly name: string;
}

function Threshold({ page, index, values, name }: ThresholdProps) {
  const marks = marksOf(page.models);
  const byModel = page.models.map((_, model) =>
    values.filter((value, row) => index.model[row] === model && !Number.isNaN(value)).sort(),
  );
  return (
    <table class="plain thresholds">
      <caption>
        <Pieces text={name} />
      </caption>
      <thead>
        <tr>
          <th scope="col">Model</th>
          <th scope="col" class="plot">
            Share, thresholds from 0 to 1
          </th>
          {THRESHOLDS.map((threshold) => (
            <th scope="col" class="num" key={threshold}>
              {threshold}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {byModel.map((own, model) => (
          <tr key={model}>
            <th scope="row" class="who">
              <ModelMark mark={marks[model]!} />
              <Name text={page.models[model]!.name} />
            </th>
            <td class="plot">
              <Curve values={own} />
            </td>
            {THRESHOLDS.map((threshold) => {
              const count = reaching(own, threshold);
              return (
                <td class="num" key={threshold}>
                  {count === 0 ? (
                    <span class="quiet">0</span>
                  ) : (
                    <button type="button" class="opens" onClick={() => open(name, page.models[model]!.name, threshold)}>
                      {formatCount(count)}
                    </button>
                  )}
                </td>
              );
            })}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** Of values in ascending order, how many are at least the threshold. */
export function reaching(values: Column, threshold: number): number {
  let low = 0;
  let high = values.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (values[middle]! < threshold) low = middle + 1;
    else high = middle;
  }
  return values.length - low;
}

function Curve({ values }: { readonly values: Column }) {
  const share = (step: number) => (values.length === 0 ? 0 : reaching(values, step / STEPS) / values.length);
  const up = (step: number) => percent(96 - 92 * share(step));
  return (
    <svg class="w curve" aria-hidden="true">
      <line class="grid" x1="0" x2="100%" y1="96%" y2="96%" />
      {Array.from({ length: STEPS }, (_, step) => (
        <line
          key={step}
          class="line"
          x1={percent((100 * step) / STEPS)}
          x2={percent((100 * (step + 1)) / STEPS)}
          y1={up(step)}
          y2={up(step + 1)}
        />
      ))}
    </svg>
  );
}

function open(score: string, model: string, from: number): void {
  setUrlValues({
    list: '',
    state: '',
    q: '',
    row: '',
    model: '',
    score,
    only: model,
    from: String(from),
    to: '',
    order: 'worst',
  });
  document.getElementById('samples')?.scrollIntoView();
}
