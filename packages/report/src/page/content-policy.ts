import { createHash } from 'node:crypto';

export interface PolicyParts {
  readonly script: string;
  readonly style: string;
  /** The samples lie in script files beside the page, which `file:` pages can load only by a source expression. */
  readonly dataBeside: boolean;
}

function hashOf(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}

/**
 * The page's content-security-policy: one known script, one known style, and nothing from anywhere else.
 * Integrity hashes would suit the data files better, but browsers refuse to check them on `file:` pages.
 */
export function contentPolicy({ script, style, dataBeside }: PolicyParts): string {
  return [
    "default-src 'none'",
    `script-src ${hashOf(script)}${dataBeside ? " 'self' file:" : ''}`,
    `style-src ${hashOf(style)}`,
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
}
