import { type Html, html } from '../page/html.ts';

/** A message of ours with what stands between backticks as code. */
export function codeSpans(text: string): Html {
  return html`${text.split('`').map((part, at) => (at % 2 === 1 ? html`<code>${part}</code>` : part))}`;
}
