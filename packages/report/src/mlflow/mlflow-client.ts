import { AssayError, fetchWithRetries } from '@assay/core';

export interface MlflowServer {
  /** Where the server listens: `https://mlflow.example.com`, a path included where it has one. */
  readonly url: string;
  /** Value of the authorization header. */
  readonly authorization?: string | undefined;
  /** Signs each request, in place of `authorization`. @returns all headers to send */
  readonly sign?: ((request: MlflowRequest) => Promise<Record<string, string>>) | undefined;
  /** Stores a file at the `s3://…` place that the server names for it. */
  readonly putObject?: ((uri: string, bytes: Uint8Array) => Promise<void>) | undefined;
  /** How its pages are named, where `url` is none that a browser may open. @default url */
  readonly shownAs?: string | undefined;
  /** First wait before another try, in milliseconds. @default 500 */
  readonly retryDelayMs?: number | undefined;
}

export interface MlflowRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array | undefined;
}

/** Milliseconds until a server must have begun to answer. */
const TIMEOUT_MS = 60_000;

/**
 * MLflow's REST API, as much as sending a run takes. What may pass (network failures, 408, 429, 5xx) is tried again.
 * @see https://mlflow.org/docs/latest/rest-api.html
 */
export class MlflowClient {
  readonly #server: MlflowServer;
  readonly url: string;

  constructor(server: MlflowServer) {
    this.#server = server;
    this.url = server.url.replace(/\/+$/, '');
  }

  /** @throws AssayError REPORT_SINK */
  async get(path: string, query: Readonly<Record<string, string>>): Promise<unknown> {
    // A signature is over %20, which every server reads as it does +.
    const asked = new URLSearchParams(query).toString().replaceAll('+', '%20');
    const address = `${this.url}/api/2.0/mlflow/${path}?${asked}`;
    return (await this.#send(address, 'GET')).json();
  }

  /** @throws AssayError REPORT_SINK */
  async post(path: string, body: object): Promise<unknown> {
    const address = `${this.url}/api/2.0/mlflow/${path}`;
    return (await this.#send(address, 'POST', JSON.stringify(body), 'application/json')).json();
  }

  /** Stores a file through the server. @param path below the server's artifact root @throws AssayError REPORT_SINK */
  async putArtifact(path: string, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    const escaped = path.split('/').map(encodeURIComponent).join('/');
    const address = `${this.url}/api/2.0/mlflow-artifacts/artifacts/${escaped}`;
    await (await this.#send(address, 'PUT', bytes, 'application/octet-stream')).body?.cancel();
  }

  async #send(
    address: string,
    method: 'GET' | 'POST' | 'PUT',
    body?: string | Uint8Array<ArrayBuffer>,
    type?: string,
  ): Promise<Response> {
    const { authorization, retryDelayMs, sign } = this.#server;
    const own = {
      accept: 'application/json',
      ...(type === undefined ? {} : { 'content-type': type }),
      ...(authorization === undefined ? {} : { authorization }),
    };
    const headers = sign === undefined ? own : await sign({ method, url: address, headers: own, body });
    const outcome = await fetchWithRetries(address, { method, headers, body, retryDelayMs, timeoutMs: TIMEOUT_MS });
    if (outcome instanceof Error) {
      const reason = (outcome.cause as Error | undefined)?.message || outcome.message;
      throw new AssayError('REPORT_SINK', `no MLflow server answers at ${this.url}: ${reason}`, {
        hint: 'Check the address (--to, or MLFLOW_TRACKING_URI) and that the server runs.',
        cause: outcome,
      });
    }
    const { response } = outcome;
    if (response.ok) return response;
    throw await refusal(this.#server, address, response);
  }
}

/** A server's own words: `{"error_code", "message"}` from MLflow, HTML or nothing from what stands before it. */
async function refusal({ url, sign }: MlflowServer, address: string, response: Response): Promise<MlflowRefusal> {
  const text = await response.text().catch(() => '');
  let said: { readonly error_code?: unknown; readonly message?: unknown } = {};
  try {
    said = JSON.parse(text);
  } catch {
    // Not MLflow's own answer.
  }
  const path = new URL(address).pathname;
  const words = typeof said?.message === 'string' ? `: ${said.message.slice(0, 500)}` : '';
  return new MlflowRefusal(
    `${url} answered ${response.status} to ${path}${words}`,
    hintOf(response, text, sign !== undefined),
    typeof said?.error_code === 'string' ? said.error_code : '',
  );
}

/** REPORT_SINK with MLflow's own code, such as RESOURCE_DOES_NOT_EXIST. */
export class MlflowRefusal extends AssayError {
  readonly mlflowCode: string;

  constructor(message: string, hint: string, mlflowCode: string) {
    super('REPORT_SINK', message, { hint });
    this.mlflowCode = mlflowCode;
  }
}

function hintOf({ status, headers }: Response, text: string, isSigned: boolean): string {
  if ((status === 401 || status === 403) && isSigned)
    return 'The AWS identity needs the sagemaker-mlflow actions that docs/aws.md lists, on this ARN.';
  if (status === 401 || status === 403)
    return 'Set MLFLOW_TRACKING_TOKEN, or MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD, to those of somebody who may write there.';
  const location = headers.get('location');
  if (status >= 300 && status < 400 && location !== null) return `It redirects to ${location}: name that address.`;
  if (status === 404 || text.trimStart().startsWith('<'))
    return 'Is this the address of an MLflow server (not of its page, and with its path, if it has one)?';
  return status >= 500 ? 'Look at the log of the server, and try again later.' : 'The server does not take this.';
}
