/** An answer that a service gives instead of a result. */
export class WireError extends Error {
  readonly status: number;
  readonly type: string;
  /** Further members of the error's body. */
  readonly detail: Readonly<Record<string, unknown>>;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    status: number,
    type: string,
    message: string,
    detail: Readonly<Record<string, unknown>> = {},
    headers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
    this.status = status;
    this.type = type;
    this.detail = detail;
    this.headers = headers;
  }
}

export const validationException = (message: string): WireError => new WireError(400, 'ValidationException', message);
