import { writeFile } from 'node:fs/promises';
import type { RunView, SampleRow } from '@assay/core';
import { pageStyle } from './generated/explorer-bundle.ts';
import { type Html, html } from './page/html.ts';
import { pageDocument } from './page/page-document.ts';
import { clipText } from './rows/clip-text.ts';
import { formatCount, formatScore } from './wording/format-number.ts';

const SHOWN = 1000;

function textCell(text: string | null): Html {
  if (text === null) return html`<td class="none">–</td>`;
  const clipped = clipText(text);
  return html`<td><div class="text" dir="auto">${clipped.text}</div>${clipped.length > clipped.text.length && html`<small>the first ${formatCount(clipped.text.length)} of ${formatCount(clipped.length)} characters</small>`}</td>`;
}

function sampleRow(row: SampleRow): Html {
  const scores = Object.entries(row.scores).map(
    ([key, value]) => html`<div>${key.replace(/^.*\./, '')} ${formatScore(value)}</div>`,
  );
  return html`<tr><td class="number">${row.index}</td><td>${row.model}</td><td>${row.state}</td>${textCell(row.input)}${textCell(row.target)}${textCell(row.error ?? row.output)}<td>${scores}</td></tr>`;
}

/** Writes the run as one self-contained page. */
export async function writeReport(run: RunView, file: string): Promise<{ bytes: number }> {
  const rows: Html[] = [];
  let count = 0;
  for await (const row of run.rows) if (count++ < SHOWN) rows.push(sampleRow(row));
  const samples = html`<section id="samples" aria-labelledby="samples-title"><h2 id="samples-title">Samples</h2>
<table class="figures samples"><thead><tr><th scope="col">#</th><th scope="col">Model</th><th scope="col">State</th><th scope="col">Input</th><th scope="col">Target</th><th scope="col">Output</th><th scope="col">Scores</th></tr></thead><tbody>${rows}</tbody></table>
${count > SHOWN && html`<p class="note">The first ${SHOWN} of ${formatCount(count)} rows.</p>`}</section>`;
  const page = pageDocument({ run, script: '', style: pageStyle, dataBeside: false, samples });
  await writeFile(file, page);
  return { bytes: Buffer.byteLength(page) };
}
