/** @jsxImportSource preact */
import type { Column, PageIndex } from '../../src/rows/page-data.ts';
import type { RunPage } from '../../src/run-page/run-page.ts';
import type { ScoreFigures } from '../../src/run-page/score-figures.ts';
import { formatCount } from '../../src/wording/format-number.ts';
import type { SampleSource } from '../data/sample-source.ts';
import { useScores } from '../data/use-scores.ts';
import { ModelMark, marksOf } from '../marks/model-mark.tsx';
import { percent, placeOf } from '../marks/place.ts';
import { Section } from '../marks/section.tsx';
import { AxisTicks } from '../marks/whisker.tsx';
import { Name, Pieces } from '../marks/words.tsx';

/** Places along a strip; samples of one place make one stroke, the darker the more they are. */
const PLACES = 160;
/** Scores whose values are looked at, and those that are drawn. */
const MOST_LOOKED_AT = 16;
const MOST = 8;

/** How each score spreads over the samples: a strip a model. Scores of only 0 and 1 are left out. */
export function StripsSection({ page, source }: { readonly page: RunPage; readonly source: SampleSource }) {
  const own = page.scores.filter(({ alike }) => alike === null);
  const wanted = own
    .slice(0, MOST_LOOKED_AT)
    .map(({ key }) => source.index.scores.findIndex((each) => each.key === key));
  const index = useScores(source, wanted);
  const drawn = own
    .flatMap((score) => {
      const column = index.scores.find(({ key }) => key === score.key);
      return column?.values != null && hasMany(column.values) ? [{ score, values: column.values }] : [];
    })
    .slice(0, MOST);
  if (drawn.length === 0) return null;
  return (
    <Section
      id="distributions"
      copies={() => [
        ['score', 'model', 'value', 'samples'],
        ...drawn.flatMap(({ score, values }) => valueCounts(page, index, score.key, values)),
      ]}
      title="Distributions"
      finding="A stroke is a score that samples have, the darker the more have it. Scores of only 0 and 1 are left out."
    >
      <div class="strips">
        {drawn.map(({ score, values }) => (
          <Strip key={score.key} {...{ page, index, score, values }} />
        ))}
      </div>
    </Section>
  );
}

interface StripProps {
  readonly page: RunPage;
  readonly index: PageIndex;
  readonly score: ScoreFigures;
  readonly values: Column;
}

function Strip({ page, index, score, values }: StripProps) {
  let [min, max] = [Infinity, -Infinity];
  for (const value of values) {
    if (value < min) min = value;
    if (value > max) max = value;
  }
  const axis = { scale: { min, max: max > min ? max : min + 1, step: 1 }, isTurned: score.better === 'lower' };
  const marks = marksOf(page.models);
  return (
    <figure class="strip-of-score">
      <figcaption>
        <Pieces text={score.score} />
      </figcaption>
      {page.models.map(({ name }, model) => {
        const counts = countsOf(index, values, model, min, axis.scale.max);
        const most = Math.max(...counts.values(), 1);
        const all = [...counts.values()].reduce((sum, count) => sum + count, 0);
        return (
          <div class="st2" key={model}>
            <span class="st2-name">
              <ModelMark mark={marks[model]!} />
              <Name text={name} />
              <span class="vh">, {formatCount(all)} samples</span>
            </span>
            <svg class="w" aria-hidden="true">
              {[...counts].map(([place, count]) => (
                <line
                  key={place}
                  class="rug"
                  x1={percent(placeOf(axis, min + ((place + 0.5) / PLACES) * (axis.scale.max - min)))}
                  x2={percent(placeOf(axis, min + ((place + 0.5) / PLACES) * (axis.scale.max - min)))}
                  y1="15%"
                  y2="85%"
                  stroke-opacity={(0.2 + 0.8 * Math.sqrt(count / most)).toFixed(2)}
                />
              ))}
            </svg>
          </div>
        );
      })}
      <div class="st2" aria-hidden="true">
        <span />
        <AxisTicks axis={axis} />
      </div>
    </figure>
  );
}

/** How often each value of a score occurs, model by model. */
function valueCounts(page: RunPage, index: PageIndex, key: string, values: Column): string[][] {
  return page.models.flatMap(({ name }, model) => {
    const counts = new Map<number, number>();
    values.forEach((value, row) => {
      if (!Number.isNaN(value) && index.model[row] === model) counts.set(value, (counts.get(value) ?? 0) + 1);
    });
    const sorted = [...counts].sort(([a], [b]) => a - b);
    return sorted.map(([value, count]) => [key, name, String(value), String(count)]);
  });
}

/** Whether more than three values occur. */
function hasMany(values: Column): boolean {
  const seen = new Set<number>();
  return values.some((value) => !Number.isNaN(value) && seen.add(value).size > 3);
}

/** Samples of a model at each place between the ends. */
function countsOf(index: PageIndex, values: Column, model: number, min: number, max: number): Map<number, number> {
  const counts = new Map<number, number>();
  values.forEach((value, row) => {
    if (Number.isNaN(value) || index.model[row] !== model) return;
    const place = Math.min(PLACES - 1, Math.floor(((value - min) / (max - min)) * PLACES));
    counts.set(place, (counts.get(place) ?? 0) + 1);
  });
  return counts;
}
