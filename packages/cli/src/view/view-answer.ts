/** What a request to the viewer is answered with. */
export interface Answer {
  readonly type: string;
  readonly body: string | Buffer;
  /** What follows the body, which is sent before it is known. */
  readonly rest?: (() => Promise<string>) | undefined;
  /** @default that of the viewer's own pages */
  readonly policy?: string;
  /** Of a report, which its page in an origin of its own loads. */
  readonly isData?: boolean | undefined;
  /** Further headers. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

export const TEXT = 'text/plain; charset=utf-8';
export const HTML = 'text/html; charset=utf-8';
export const STYLE = 'text/css; charset=utf-8';
export const SCRIPT = 'text/javascript; charset=utf-8';
export const JSON_TYPE = 'application/json; charset=utf-8';

/** Nothing but this server's own files; reports carry a policy of their own. */
export const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  'img-src data:',
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/**
 * A report may be anybody's: it runs in an origin that it shares with nothing, and reaches its own data and no more.
 * @param data where that lies
 * @param notes where what people say of its samples is read and changed; '' where it is not
 */
export function sandboxed(data: string, notes = ''): string {
  return [
    'sandbox allow-scripts allow-downloads',
    "default-src 'none'",
    ...(notes === '' ? [] : [`connect-src ${notes}`]),
    `script-src 'unsafe-inline' ${data}`,
    "style-src 'unsafe-inline'",
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}
