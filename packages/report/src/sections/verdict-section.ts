import { SAMPLE_STATES, type Summary } from '@assay/core';
import { type Html, html } from '../page/html.ts';
import { formatCount } from '../wording/format-number.ts';
import { joinWords } from '../wording/join-words.ts';
import { verdictOf } from '../wording/verdict.ts';

/** What every figure leaves out, in one sentence; null where all answers were scored. */
function caveat(summary: Summary): string | null {
  const counts = SAMPLE_STATES.map((state) => ({
    state,
    count: summary.models.reduce((sum, model) => sum + model.states[state], 0),
  })).filter(({ count }) => count > 0);
  const all = counts.reduce((sum, { count }) => sum + count, 0);
  const rest = counts.filter(({ state }) => state !== 'scored');
  if (rest.length === 0) return null;
  const parts = rest.map(({ state, count }) => `${formatCount(count)} ${state.replaceAll('_', ' ')}`);
  return `Of ${formatCount(all)} answers, ${joinWords(parts)} are in no score.`;
}

/** The decision first, in words, then what was found on each score. */
export function verdictSection(summary: Summary): Html {
  const verdict = verdictOf(summary);
  const note = caveat(summary);
  return html`<section id="verdict" aria-labelledby="verdict-title">
<h2 id="verdict-title" class="verdict">${verdict.headline}</h2>
${note !== null && html`<p class="caveat">${note} <a href="#states">How they ended</a></p>`}
<dl class="reasons">${verdict.scores.map(
    (
      score,
    ) => html`<div class="${score.decided || summary.models.length === 1 ? 'decided' : 'undecided'}"><dt>${score.score} <span class="of">${score.algorithm}</span></dt>
<dd><strong>${score.ruling}</strong> <span class="evidence">${score.evidence.map((line) => html`<span>${line}</span> `)}</span></dd></div>`,
  )}</dl>
</section>`;
}
