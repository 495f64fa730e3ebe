/** @jsxImportSource preact */
import type { CategoryFigure, CategoryFigures } from '../../src/run-page/category-figures.ts';
import type { RunPage } from '../../src/run-page/run-page.ts';
import { formatDifference, formatScore, plural } from '../../src/wording/format-number.ts';
import { type Mark, ModelMark, marksOf } from '../marks/model-mark.tsx';
import { type Axis, aroundZero } from '../marks/place.ts';
import { Section } from '../marks/section.tsx';
import { type Tone, toneOf, VerdictGlyph } from '../marks/verdict-badge.tsx';
import { AxisTicks, signedTick, Whisker } from '../marks/whisker.tsx';
import { Label, Name, Pieces } from '../marks/words.tsx';
import { useUrlValue } from '../shell/url-state.ts';
import { leadScores } from './score-order.ts';

/** Scores in one panel. */
const MOST = 5;

interface CategoriesProps {
  readonly page: RunPage;
  readonly figures: CategoryFigures;
}

/** Where it differs: a panel a category, those first in which a difference was told. */
export function CategoriesSection({ page, figures }: CategoriesProps) {
  const [wanted, choose] = useUrlValue('by');
  const isPaired = figures.categories.some(({ scores }) => scores.some((score) => score?.pair != null));
  const lead = new Set(leadScores(page).map(({ key }) => key));
  const leading = figures.scores.flatMap(({ key }, at) => (lead.has(key) ? [at] : [])).slice(0, MOST);
  const one = figures.scores.findIndex(({ key }) => key === wanted);
  const shown = one >= 0 ? [one] : isPaired && leading.length > 0 ? leading : leading.slice(0, 1);
  return (
    <Section
      id="categories"
      title="Where it differs"
      finding={findingOf(figures)}
      tools={
        figures.scores.length > 1 && (
          <select
            class="field"
            aria-label="Score by category"
            value={one}
            onChange={(event) => choose(figures.scores[Number(event.currentTarget.value)]?.key ?? '')}
          >
            <option value={-1}>{isPaired ? 'leading scores' : 'the leading score'}</option>
            {figures.scores.map(({ key }, at) => (
              <option key={key} value={at}>
                {key}
              </option>
            ))}
          </select>
        )
      }
    >
      {page.models.length > 1 && !(isPaired && one < 0) && <Legend page={page} />}
      <div class="cats">
        {figures.categories.map((category) =>
          isPaired && one < 0 ? (
            <PairPanel key={category.category} {...{ page, figures, category, shown }} />
          ) : (
            <ValuePanel key={category.category} {...{ page, figures, category, at: shown[0] ?? 0 }} />
          ),
        )}
      </div>
      {figures.notes.map((note) => (
        <p class="note" key={note}>
          <Pieces text={note} />
        </p>
      ))}
    </Section>
  );
}

/** Which mark is which model, where a panel has no room for names. */
function Legend({ page }: { readonly page: RunPage }) {
  const marks = marksOf(page.models);
  return (
    <div class="legend">
      {page.models.map(({ name }, at) => (
        <span key={name}>
          <ModelMark mark={marks[at]!} />
          <Name text={name} />
        </span>
      ))}
    </div>
  );
}

function findingOf(figures: CategoryFigures): string {
  const told = figures.categories.filter((category) => toldTones(category).length > 0).length;
  const all = figures.categories.length;
  const isPaired = figures.categories.some(({ scores }) => scores.some((score) => score?.pair != null));
  if (!isPaired) return `${plural(all, 'category', 'categories')}, the largest first.`;
  if (told === 0) return 'In no category can the two be told apart.';
  return `In ${told} of ${plural(all, 'category', 'categories')} a difference is told; they stand first.`;
}

function toldTones({ scores }: CategoryFigure): Tone[] {
  return scores.flatMap((score) => {
    const tone = score?.pair == null ? 'unsure' : toneOf(score.pair.verdict);
    return tone === 'better' || tone === 'worse' ? [tone] : [];
  });
}

interface PanelProps extends CategoriesProps {
  readonly category: CategoryFigure;
}

/** Differences of two models within a category. */
function PairPanel({ page, figures, category, shown }: PanelProps & { readonly shown: readonly number[] }) {
  const axis = differenceAxis(figures, shown);
  const tones = new Set(shown.map((at) => toneOf(category.scores[at]?.pair?.verdict ?? null)));
  const tone = tones.has('worse') ? 'worse' : tones.has('better') ? 'better' : 'unsure';
  return (
    <article class={`cat ${tone}`}>
      <PanelHead category={category} />
      {shown.map((at) => {
        const pair = category.scores[at]?.pair;
        const { key } = figures.scores[at]!;
        const score = page.scores.find((each) => each.key === key);
        if (pair == null) return null;
        const own = toneOf(pair.verdict);
        return (
          <div class={`r ${own}`} key={key}>
            <span class="r-name">
              <Label text={score?.score ?? key} />
            </span>
            <Whisker
              axis={{ ...axis, isTurned: score?.better === 'lower' }}
              mark={marksOf(page.models)[1]!}
              value={pair.difference}
              interval={pair.interval}
              hasZero
              tone={own}
            />
            <span class="n">
              {formatDifference(pair.difference)}
              <VerdictGlyph tone={own} />
              <span class="vh">{pair.words}</span>
            </span>
          </div>
        );
      })}
      <div class="ax">
        <AxisTicks axis={axis} format={signedTick} most={3} />
      </div>
    </article>
  );
}

function differenceAxis(figures: CategoryFigures, shown: readonly number[]): Axis {
  const values = figures.categories.flatMap(({ scores }) =>
    shown.flatMap((at) => {
      const pair = scores[at]?.pair;
      return pair == null ? [] : [pair.difference, ...(pair.interval ?? [])];
    }),
  );
  return { scale: aroundZero(values), isTurned: false };
}

/** The models' values of one score within a category. */
function ValuePanel({ page, figures, category, at }: PanelProps & { readonly at: number }) {
  const { key, scale } = figures.scores[at]!;
  const score = page.scores.find((each) => each.key === key);
  const axis = { scale, isTurned: score?.better === 'lower' };
  const marks: readonly Mark[] = marksOf(page.models);
  return (
    <article class="cat">
      <PanelHead category={category} />
      {page.models.map(({ name }, model) => {
        const cell = category.scores[at]?.cells[model] ?? null;
        return (
          <div class={page.models.length > 1 ? 'r of-model' : 'r'} key={model}>
            {page.models.length > 1 ? (
              <span>
                <ModelMark mark={marks[model]!} />
                <span class="vh">
                  <Name text={name} />
                </span>
              </span>
            ) : (
              <span class="r-name">
                <Name text={score?.score ?? key} />
              </span>
            )}
            {cell === null ? (
              <span />
            ) : (
              <Whisker axis={axis} mark={marks[model]!} value={cell.value} interval={cell.interval} />
            )}
            <span class="n">{formatScore(cell?.value ?? null)}</span>
          </div>
        );
      })}
      <div class="ax">
        <AxisTicks axis={axis} most={3} />
      </div>
    </article>
  );
}

function PanelHead({ category: { category, n } }: { readonly category: CategoryFigure }) {
  return (
    <header>
      <h3>
        <Name text={category} />
      </h3>
      <span class="quiet">{plural(n, 'sample')}</span>
    </header>
  );
}
