/** @jsxImportSource preact */
import type { PairFigure } from '../../src/run-page/pair-figures.ts';
import type { RunPage } from '../../src/run-page/run-page.ts';
import type { ScoreFigures } from '../../src/run-page/score-figures.ts';
import { plural } from '../../src/wording/format-number.ts';
import { ModelMark, marksOf } from '../marks/model-mark.tsx';
import { Section } from '../marks/section.tsx';
import { Label, Message, Name } from '../marks/words.tsx';
import { useUrlValue } from '../shell/url-state.ts';
import { Forest, type ForestRow } from './forest.tsx';
import { pairOf } from './pair-lookup.ts';
import { furtherScores, leadScores, needsAlgorithm } from './score-order.ts';

/** How large each difference is: of two models by score, of more by model on one score. */
export function PairsSection({ page }: { readonly page: RunPage }) {
  return page.models.length === 2 ? <TwoModels page={page} /> : <ManyModels page={page} />;
}

function TwoModels({ page }: { readonly page: RunPage }) {
  const rowsOf = (scores: readonly ScoreFigures[]): ForestRow[] =>
    scores.flatMap((score) => {
      const pair = pairOf(page.pairs.all, score.key, 1, 0);
      return pair === null ? [] : [rowOf(pair, score, page, <ScoreName page={page} score={score} />)];
    });
  const lead = rowsOf(leadScores(page));
  const further = rowsOf(furtherScores(page));
  return (
    <Section
      id="pairs"
      title="Differences"
      finding={
        <>
          <Name text={page.models[1]!.name} /> minus ★ <Name text={page.models[0]!.name} />, score by score. Right is
          better.
        </>
      }
    >
      <Forest rows={lead} head="Score" confidence={page.pairs.confidence} />
      {further.length > 0 && (
        <details class="further">
          <summary>
            <b>{plural(further.length, 'further score')}</b>
          </summary>
          <Forest rows={further} head="Score" confidence={page.pairs.confidence} />
        </details>
      )}
      <p class="note">
        <Message text={page.pairs.note} />
      </p>
    </Section>
  );
}

function ManyModels({ page }: { readonly page: RunPage }) {
  const scores = [...leadScores(page), ...furtherScores(page)].filter(({ key }) =>
    page.pairs.all.some((pair) => pair.key === key),
  );
  const [wanted, setScore] = useUrlValue('score');
  const [named, setBaseline] = useUrlValue('baseline');
  const score = scores.find(({ key }) => key === wanted) ?? scores[0];
  const baseline = Math.max(
    0,
    page.models.findIndex(({ name }) => name === named),
  );
  if (score === undefined) return null;
  const rows = page.models.flatMap((_, at) => {
    const pair = at === baseline ? null : pairOf(page.pairs.all, score.key, at, baseline);
    return pair === null ? [] : [rowOf(pair, score, page, <ModelCell page={page} at={at} />)];
  });
  const sign = score.better === 'lower' ? 1 : -1;
  rows.sort((a, b) => sign * (a.pair.difference - b.pair.difference));
  return (
    <Section
      id="pairs"
      title="Differences from the baseline"
      finding={
        <>
          Each model minus ★ <Name text={page.models[baseline]!.name} /> on the samples that both answered. Right is
          better.
        </>
      }
      tools={
        <>
          <ScoreChoice scores={scores} page={page} chosen={score} onChoose={setScore} />
          {!page.pairs.isCut && (
            <select
              class="field"
              aria-label="Baseline"
              value={baseline}
              onChange={(event) => setBaseline(page.models[Number(event.currentTarget.value)]?.name ?? '')}
            >
              {page.models.map(({ name }, at) => (
                <option key={at} value={at}>
                  ★ {name}
                </option>
              ))}
            </select>
          )}
        </>
      }
    >
      <Forest rows={rows} head="Model" confidence={page.pairs.confidence} />
      <p class="note">
        <Message text={page.pairs.note} />
        {page.pairs.isCut && ' Pairs without the first model are in summary.json.'}
      </p>
    </Section>
  );
}

interface ScoreChoiceProps {
  readonly scores: readonly ScoreFigures[];
  readonly page: RunPage;
  readonly chosen: ScoreFigures;
  readonly onChoose: (key: string) => void;
}

/** A few scores as buttons, more as a list. */
function ScoreChoice({ scores, page, chosen, onChoose }: ScoreChoiceProps) {
  if (scores.length > 5) {
    return (
      <select
        class="field"
        aria-label="Score of the differences"
        value={chosen.key}
        onChange={(event) => onChoose(event.currentTarget.value)}
      >
        {scores.map((score) => (
          <option key={score.key} value={score.key}>
            {needsAlgorithm(page, score) ? score.key : score.score}
          </option>
        ))}
      </select>
    );
  }
  return (
    <fieldset class="seg">
      <legend class="vh">Score of the differences</legend>
      {scores.map((score) => (
        <button
          type="button"
          key={score.key}
          aria-pressed={score.key === chosen.key}
          onClick={() => onChoose(score.key)}
        >
          <ScoreName page={page} score={score} />
        </button>
      ))}
    </fieldset>
  );
}

function ScoreName({ page, score }: { readonly page: RunPage; readonly score: ScoreFigures }) {
  return <Label text={needsAlgorithm(page, score) ? score.key : score.score} />;
}

function ModelCell({ page, at }: { readonly page: RunPage; readonly at: number }) {
  return (
    <>
      <ModelMark mark={marksOf(page.models)[at]!} />
      <Name text={page.models[at]!.name} />
    </>
  );
}

function rowOf(pair: PairFigure, score: ScoreFigures, page: RunPage, label: ForestRow['label']): ForestRow {
  return { label, pair, isTurned: score.better === 'lower', mark: marksOf(page.models)[pair.candidate]! };
}
