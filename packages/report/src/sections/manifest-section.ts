import { type Manifest, shellCommand } from '@assay/core';
import { type Html, html } from '../page/html.ts';
import { formatCount } from '../wording/format-number.ts';

/** What exactly was run, and the command that repeats it. */
export function manifestSection(manifest: Manifest): Html {
  const line = (name: string, value: Html | string) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`;
  return html`<section id="manifest" aria-labelledby="manifest-title"><h2 id="manifest-title">What was run, and how to repeat it</h2>
<pre class="command" tabindex="0">${shellCommand(manifest.command)}</pre>
<dl class="manifest">
${line(
  'Dataset',
  html`${manifest.dataset.name}, ${formatCount(manifest.dataset.samples)} samples${manifest.dataset.files.map(
    (file) =>
      html`<div class="file">${file.path} <small>${formatCount(file.bytes)} bytes, ${file.sha256 === null ? 'read in parts, ETag' : 'sha256'} <code>${file.sha256 ?? file.etag ?? ''}</code></small></div>`,
  )}`,
)}
${manifest.models.map(({ name, runner, notes = [] }) =>
  line(
    'Model',
    html`<bdi>${name}</bdi> <small><code>${runner}</code></small>${notes.map((note) => html`<div><small>${note}</small></div>`)}`,
  ),
)}
${manifest.algorithms.map(({ name, signature }) => line('Algorithm', html`${name} <small><code>${signature}</code></small>`))}
${line('Seed', String(manifest.seed))}
${line(
  'Versions',
  Object.entries(manifest.versions)
    .map(([name, version]) => `${name} ${version}`)
    .join(', '),
)}
${line('Platform', manifest.platform)}
${manifest.commit !== null && line('Commit', html`<code>${manifest.commit}</code>`)}
${line('Configuration', html`${manifest.configFile} <small><code>${manifest.configDigest}</code></small>`)}
${(manifest.revisions ?? []).map(({ at, changed }) => line('Changed while it ran', `${changed.join(', ')} (${at})`))}
</dl>
<details><summary>The configuration as read</summary><pre tabindex="0">${manifest.configText}</pre></details></section>`;
}
