import { AssayError } from '../../errors/assay-error.ts';
import { downloadCode, type RemoteRequest, refused, remoteFetch } from './remote-request.ts';

/** A listing of the largest repositories is a few megabytes. */
const MAX_ANSWER_BYTES = 64 << 20;

/**
 * GETs JSON from the hub's API.
 * @returns undefined for the statuses in `absent`
 * @throws DATASET_DOWNLOAD, MODEL_DOWNLOAD, MODEL_NOT_FOUND
 */
export async function hubJson(
  url: string,
  request: RemoteRequest,
  absent: readonly number[] = [],
): Promise<{ readonly body: unknown; readonly next: string | undefined } | undefined> {
  const { response } = await remoteFetch(url, request);
  if (!response.ok) {
    await response.body?.cancel();
    if (absent.includes(response.status)) return undefined;
    throw refused(url, request, response.status);
  }
  const text = await boundedText(response, url, request);
  try {
    return { body: JSON.parse(text), next: nextPage(response, url) };
  } catch (cause) {
    throw new AssayError(downloadCode(request), `${new URL(url).host} gave no list of files for ${request.shown}`, {
      hint: 'Is HF_ENDPOINT a Hugging Face hub? Its answer was not one.',
      cause,
    });
  }
}

async function boundedText(response: Response, url: string, request: RemoteRequest): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.length;
    if (bytes > MAX_ANSWER_BYTES) {
      const message = `${new URL(url).host} answers with more than ${MAX_ANSWER_BYTES} bytes`;
      throw new AssayError(downloadCode(request), message);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** The `Link` header's next page, asked of the same host whatever it says (a mirror passes on the hub's own). */
function nextPage(response: Response, url: string): string | undefined {
  const link = /<([^>]+)>;\s*rel="next"/.exec(response.headers.get('link') ?? '')?.[1];
  if (link === undefined || !URL.canParse(link, url)) return undefined;
  const { pathname, search } = new URL(link, url);
  return `${new URL(url).origin}${pathname}${search}`;
}
