import { rankText, SAMPLE_STATES, type Summary } from '@assay/core';
import type { GateResult, ReportOptions } from '../formats/report-options.ts';
import { type Html, html } from '../page/html.ts';
import { formatCount, plural } from '../wording/format-number.ts';
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

/** What follows of the figures: each gate as it came out, those that failed first, and the model that was chosen. */
function decisions(gates: readonly GateResult[], chosen: ReportOptions['chosen']): Html | false {
  if (gates.length === 0 && chosen === undefined) return false;
  const inOrder = (['failed', 'inconclusive', 'passed'] as const).flatMap((wanted) =>
    gates.filter(({ status }) => status === wanted),
  );
  const count = (wanted: GateResult['status']) => gates.filter(({ status }) => status === wanted).length;
  const failed = gates.length - count('passed');
  const outcome =
    failed === 0
      ? `${gates.length === 1 ? 'The gate' : `All ${formatCount(gates.length)} gates`} passed`
      : `${(['failed', 'inconclusive'] as const)
          .filter((status) => count(status) > 0)
          .map((status) => `${formatCount(count(status))} ${status}`)
          .join(', ')} of ${plural(gates.length, 'gate')}`;
  return html`<div class="decisions">
${gates.length > 0 && html`<h3 class="${failed > 0 && 'gate-failed'}">${outcome}</h3><ul>${inOrder.map(({ name, status, reason }) => html`<li><strong class="${status === 'passed' ? 'gate-passed' : 'gate-failed'}">${status}</strong> <span>${name}${reason !== '' && html`<small>${reason}</small>`}</span></li>`)}</ul>`}
${chosen !== undefined && html`<h3>Chosen: <bdi>${chosen.model}</bdi></h3><p class="note">${chosen.reason}</p>${chosen.ranks.length > 2 && html`<p class="note">Ranks that the paired comparisons leave open: ${rankText(chosen.ranks)}.</p>`}`}</div>`;
}

/** Rivals that a score's evidence shows at once; the others are folded away. */
const SHOWN_RIVALS = 2;

/** The nearest rivals in sight, the rest a click away: six models and ten scores would be fifty lines. */
function evidenceOf(lines: readonly string[]): Html {
  const drawn = (some: readonly string[]) => some.map((line) => html`<span>${line}</span> `);
  const kept = lines.length > SHOWN_RIVALS + 1 ? SHOWN_RIVALS : lines.length;
  const rest = lines.slice(kept);
  return html`<span class="evidence">${drawn(lines.slice(0, kept))}${rest.length > 0 && html`<details><summary>and ${formatCount(rest.length)} other models</summary>${drawn(rest)}</details>`}</span>`;
}

/** The decision first, in words, then what was found on each score. */
export function verdictSection(summary: Summary, { gates = [], chosen, notes = [] }: ReportOptions = {}): Html {
  const verdict = verdictOf(summary);
  const note = caveat(summary);
  return html`<section id="verdict" aria-labelledby="verdict-title">
<h2 id="verdict-title" class="verdict">${verdict.headline}</h2>
${note !== null && html`<p class="caveat">${note} <a href="#states">How they ended</a></p>`}
${notes.map((each) => html`<p class="caveat">${each}</p>`)}
${decisions(gates, chosen)}
<dl class="reasons">${verdict.scores.map(
    (
      score,
    ) => html`<div class="${score.decided || summary.models.length === 1 ? 'decided' : 'undecided'}"><dt>${score.score} <span class="of">${score.algorithm}</span></dt>
<dd><strong>${score.ruling}</strong> ${evidenceOf(score.evidence)}</dd></div>`,
  )}</dl>
</section>`;
}
