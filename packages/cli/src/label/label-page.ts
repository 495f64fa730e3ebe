import { type Html, html } from 'assay/internal/report';

/** The labelling page; its script fills it. */
export function labelPage(run: string, who: string): Html {
  return html`<section id="label" data-run="${run}" data-who="${who}">
<p id="keys" class="meta"></p>
<p id="rubric"></p>
<dl class="task"><dt>question</dt><dd id="question" dir="auto"></dd><dt>reference</dt><dd id="reference" dir="auto"></dd>
<dt>answer</dt><dd id="answer" dir="auto"></dd></dl>
<p id="place" role="status" aria-live="polite"></p>
<ul id="progress"></ul>
<p id="trouble" role="alert"></p>
</section><script src="label.js" defer></script>`;
}

/** Runs that can be labelled. */
export function labelRuns(names: readonly string[]): Html {
  if (names.length === 0) return html`<p>No finished run has a judge (llm_judge).</p>`;
  return html`<ul>${names.map((name) => html`<li><a href="label?run=${encodeURIComponent(name)}">${name}</a></li>`)}</ul>`;
}

/** One key a label; what the server has not confirmed is not shown as said. Texts go in as text alone. */
export const LABEL_SCRIPT = `'use strict';
const desk = document.getElementById('label');
const part = (id) => document.getElementById(id);
const query = new URLSearchParams({ run: desk.dataset.run, who: desk.dataset.who });
let view = null;
let busy = false;
function show() {
  const { words, rubric, task, total, left, said, progress, isEnough, who } = view;
  part('keys').textContent = [...words.map((word, at) => (at + 1) + ' ' + word), 's skip', 'u undo'].join('   ') + '   · labelled by ' + who;
  part('rubric').textContent = rubric;
  for (const name of ['question', 'reference', 'answer']) part(name).textContent = task ? task[name] : '';
  part('place').textContent = task ? (total - left + 1) + ' of ' + total + ' · ' + said + ' labels given' : 'all ' + total + ' are labelled or skipped · ' + said + ' labels given';
  part('progress').replaceChildren(...progress.map((line) => Object.assign(document.createElement('li'), { textContent: line })));
  if (isEnough) part('progress').append(Object.assign(document.createElement('li'), { textContent: 'the goal was reached twice in a row: that is enough' }));
}
async function ask(key) {
  if (busy) return;
  busy = true;
  try {
    const options = key ? { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(key) } : {};
    const answer = await fetch((key ? 'label-key?' : 'label-view?') + query, { cache: 'no-store', ...options });
    if (answer.status === 409) { busy = false; return ask(); }
    if (!answer.ok) throw new Error(await answer.text());
    view = await answer.json();
    part('trouble').textContent = '';
    show();
  } catch (error) {
    part('trouble').textContent = 'not saved: ' + (error instanceof TypeError ? 'the viewer was stopped. Start it again and open its new address; all labels but this one are kept.' : error.message);
  } finally {
    busy = false;
  }
}
addEventListener('keydown', (event) => {
  if (!view || event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
  const task = view.task ? view.task.id : null;
  const word = view.words[Number(event.key) - 1];
  if (event.key === 'u') ask({ task, does: 'undo' });
  else if (!task) return;
  else if (event.key === 's') ask({ task, does: 'skip' });
  else if (word !== undefined) ask({ task, does: { label: word } });
});
ask();
`;
