import type { IncomingMessage } from 'node:http';
import type { SageMakerRuntimeClient } from '@aws-sdk/client-sagemaker-runtime';
import { HttpRequest } from '@smithy/core/protocols';
import { SignatureV4 } from '@smithy/signature-v4';

/** Headers that belong to one request. */
const OWN_HEADERS = /^(authorization|content-length|amz-sdk-.*|x-amz-(date|security-token|content-sha256))$/i;

/**
 * Repeats one of the client's requests with other bodies: the SDK's own signer and HTTP handler without the layers between
 * them, which cost more than both together.
 */
export class DirectInvocation {
  readonly #request: HttpRequest;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #signer: SignatureV4;
  readonly #config: SageMakerRuntimeClient['config'];

  private constructor(request: HttpRequest, config: SageMakerRuntimeClient['config']) {
    this.#request = request;
    this.#config = config;
    this.#headers = Object.fromEntries(Object.entries(request.headers).filter(([name]) => !OWN_HEADERS.test(name)));
    const { region, credentials, sha256 } = config;
    this.#signer = new SignatureV4({ service: 'sagemaker', region, credentials, sha256 });
  }

  /** @param request a finished request of this client. @returns undefined for one that is of another kind */
  static like(request: unknown, { config }: SageMakerRuntimeClient): DirectInvocation | undefined {
    return HttpRequest.isInstance(request) ? new DirectInvocation(request, config) : undefined;
  }

  /** The answer's text. @throws what the client would throw, as far as we look at it */
  async send(body: Buffer, signal: AbortSignal): Promise<string> {
    const { method, protocol, hostname, port, path, query } = this.#request;
    const request = new HttpRequest({
      method,
      protocol,
      hostname,
      ...(port === undefined ? {} : { port }),
      path,
      query,
      headers: { ...this.#headers, 'content-length': String(body.length) },
      body,
    });
    const signingDate = new Date(Date.now() + this.#config.systemClockOffset);
    const signed = await this.#signer.sign(request, { signingDate });
    const { response } = await this.#config.requestHandler.handle(signed as HttpRequest, { abortSignal: signal });
    const text = await readText(response.body as IncomingMessage);
    if (response.statusCode >= 300) throw serviceError(response.statusCode, response.headers, text);
    return text;
  }
}

function readText(stream: IncomingMessage): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    stream.once('end', () => resolve((chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks)).toString('utf8')));
    stream.once('error', reject);
  });
}

/**
 * An error of the service as the client would make it.
 * @see https://smithy.io/2.0/aws/protocols/aws-restjson1-protocol.html#operation-error-serialization
 */
function serviceError(status: number, headers: Readonly<Record<string, string>>, text: string): Error {
  const body = parsed(text);
  const type = headers['x-amzn-errortype'] ?? body.code ?? body.__type ?? 'UnknownError';
  const error = new Error(String(body.message ?? body.Message ?? ''));
  error.name = String(type).split(':')[0]!.split('#').at(-1)!;
  const { OriginalStatusCode, OriginalMessage } = body;
  return Object.assign(error, {
    OriginalStatusCode,
    OriginalMessage,
    $metadata: { httpStatusCode: status, requestId: headers['x-amzn-requestid'] },
    $response: { statusCode: status, headers },
  });
}

function parsed(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
