import { SAMPLE_STATES, type Summary } from '@assay/core';
import { type Html, html } from '../page/html.ts';
import { formatCount, plural } from '../wording/format-number.ts';
import { modelName } from './model-name.ts';

/** How every (model, sample) ended: the denominators behind each figure. */
export function statesSection(summary: Summary, models: ReadonlyMap<string, number>): Html {
  const states = SAMPLE_STATES.filter(
    (state) => state === 'scored' || summary.models.some((model) => model.states[state] > 0),
  );
  const { badRows } = summary.dataset;
  return html`<section id="states" aria-labelledby="states-title"><h2 id="states-title">How the samples ended</h2>
<table class="figures narrow"><thead><tr><th scope="col">Model</th>${states.map((state) => html`<th scope="col" class="number">${state.replaceAll('_', ' ')}</th>`)}</tr></thead>
<tbody>${summary.models.map(
    (model) =>
      html`<tr><th scope="row">${modelName(model.name, models.get(model.name) ?? 0)}</th>${states.map(
        (state) =>
          html`<td class="number${model.states[state] === 0 && ' none'}">${formatCount(model.states[state])}</td>`,
      )}</tr>`,
  )}</tbody></table>
${badRows > 0 && html`<p class="note">${plural(badRows, 'row')} of the dataset could not be read and ${badRows === 1 ? 'is' : 'are'} in no figure.</p>`}</section>`;
}
