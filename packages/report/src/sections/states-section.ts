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
${summary.models.map((model) => failureNote(model))}
${summary.models.map((model) => stopNote(model))}
${badRows > 0 && html`<p class="note">${plural(badRows, 'row')} of the dataset could not be read and ${badRows === 1 ? 'is' : 'are'} in no figure.</p>`}</section>`;
}

/** Why a model was not finished. */
function failureNote({ name, failure, states }: Summary['models'][number]): Html | false {
  if (failure === undefined) return false;
  return html`<p class="note">${name} was not finished, and ${plural(states.skipped, 'sample')} ${states.skipped === 1 ? 'is' : 'are'} in none of its figures: ${failure.code} ${failure.message}</p>`;
}

/** Why a model was asked no further; its intervals hold although the data chose when to stop. */
function stopNote({ name, stop, failure }: Summary['models'][number]): Html | false {
  if (stop === undefined || failure !== undefined) return false;
  const { decided, samples, saved, reason } = stop;
  return decided
    ? html`<p class="note">${name} stopped early: ${reason}. ${formatCount(saved)} of ${formatCount(samples + saved)} samples were not needed, and are in no figure. The intervals are confidence sequences, valid at any time of stopping.</p>`
    : html`<p class="note">${name} was asked every sample: ${reason}.</p>`;
}
