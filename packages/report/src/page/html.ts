import { visibleText } from '../text/visible-text.ts';

/** Markup that is safe to put into a page. Only {@link html} and {@link trustedHtml} make it. */
export class Html {
  readonly markup: string;
  constructor(markup: string) {
    this.markup = markup;
  }
}

export type HtmlPart = Html | string | number | null | undefined | false | readonly HtmlPart[];

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Safe as text and as a quoted attribute; hidden characters are written out. */
export function escapeHtml(text: string): string {
  return visibleText(text).replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}

function markupOf(part: HtmlPart): string {
  if (part instanceof Html) return part.markup;
  if (part === null || part === undefined || part === false) return '';
  if (typeof part === 'string') return escapeHtml(part);
  if (typeof part === 'number') return String(part);
  return part.map(markupOf).join('');
}

/** A tagged template that escapes everything put into it but {@link Html}. */
export function html(strings: TemplateStringsArray, ...parts: readonly HtmlPart[]): Html {
  return new Html(strings.reduce((markup, text, i) => markup + markupOf(parts[i - 1]) + text));
}

/** For markup made by this package itself (SVG, the hashed script and style); never for text from a run. */
export function trustedHtml(markup: string): Html {
  return new Html(markup);
}
