/** @jsxImportSource preact */
import type { RunPage } from '../../src/run-page/run-page.ts';
import type { ScoreFigures } from '../../src/run-page/score-figures.ts';
import { visibleText } from '../../src/text/visible-text.ts';
import { plural } from '../../src/wording/format-number.ts';
import { Section } from '../marks/section.tsx';
import { MatrixBand } from './matrix-band.tsx';
import { furtherScores, leadScores } from './score-order.ts';

/** Scores side by side: more would leave no room for their whiskers. */
const ACROSS = 5;

function bandsOf(scores: readonly ScoreFigures[]): ScoreFigures[][] {
  const bands = Math.ceil(scores.length / ACROSS);
  const size = Math.ceil(scores.length / Math.max(1, bands));
  return Array.from({ length: bands }, (_, i) => scores.slice(i * size, (i + 1) * size));
}

/** Every model on every score, the primary ones first, near-duplicates and further scores folded. */
export function MatrixSection({ page }: { readonly page: RunPage }) {
  const lead = leadScores(page);
  const further = furtherScores(page);
  const title = page.models.length > 1 ? 'Every model and score' : 'Every score';
  return (
    <Section id="scores" title={title} finding={page.finding === '' ? undefined : visibleText(page.finding)}>
      {lead.length === 0 && further.length === 0 && <p class="none">Nothing was scored.</p>}
      {bandsOf(lead).map((band) => (
        <MatrixBand key={band[0]?.key} page={page} band={band} />
      ))}
      {further.length > 0 && (
        <details class="further">
          <summary>
            <b>{plural(further.length, 'further score')}</b>
            {furtherWords(further)}
          </summary>
          {bandsOf(further).map((band) => (
            <MatrixBand key={band[0]?.key} page={page} band={band} />
          ))}
        </details>
      )}
      <p class="note">
        {whiskerWords(page.scores)}, one axis down each column, right is better.
        {page.pairs.all.length > 0 &&
          ' ▲ and ▼ differ from the first model ★ (dotted) in the paired comparison, adjusted; bold: no model is shown to be better.'}{' '}
        {page.methods !== null && visibleText(page.methods)}
      </p>
    </Section>
  );
}

function furtherWords(further: readonly ScoreFigures[]): string {
  const alike = further.filter((score) => score.alike !== null).length;
  if (alike === 0) return 'not primary: no verdict is asked of them';
  return `${alike} of them go together with one above at a correlation of at least 0.95`;
}

/** What a whisker is: of one confidence throughout, or of one that each score has to itself. */
function whiskerWords(scores: readonly ScoreFigures[]): string {
  const titles = new Set(scores.map(({ intervalTitle }) => intervalTitle));
  const [only] = titles;
  return titles.size === 1 && only !== 'Interval' ? `Whiskers are ${only}s` : 'Whiskers are intervals';
}
