import type { Summary } from '@assay/core';
import { type Html, html } from '../page/html.ts';
import { verdictOf } from '../wording/verdict.ts';

/** The decision first, in words, then each score's reason. */
export function verdictSection(summary: Summary): Html {
  const verdict = verdictOf(summary);
  return html`<section id="verdict" aria-labelledby="verdict-title">
<h2 id="verdict-title" class="verdict">${verdict.headline}</h2>
<dl class="reasons">${verdict.scores.map(
    (score) =>
      html`<div class="${score.decided ? 'decided' : 'open'}"><dt><span class="of">${score.algorithm}</span> ${score.score}</dt><dd>${score.text}</dd></div>`,
  )}</dl>
</section>`;
}
