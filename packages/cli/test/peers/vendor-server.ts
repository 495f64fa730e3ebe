import { verify } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** A CA with a server and a client that it vouches for, and a key that signs. */
export const TLS = fileURLToPath(new URL('../../../assay/fixtures/tls', import.meta.url));

/** A request as it came. */
export interface AskedVendor {
  readonly path: string;
  readonly body: Record<string, unknown>;
}

export interface VendorServer {
  readonly url: string;
  /** The same behind TLS, for who shows the client's certificate. */
  readonly secureUrl: string;
  /** All requests since the last call. */
  taken(): readonly AskedVendor[];
  stop(): Promise<void>;
}

/**
 * A server that speaks the protocols of OpenAI (chat, responses), Anthropic, Google and one of its own, and answers by rules that
 * anyone can follow: a question about the weather calls the tool that is offered, any other is said again in capitals.
 */
export async function startVendors(): Promise<VendorServer> {
  let asked: AskedVendor[] = [];
  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await bodyOf(request);
    const path = (request.url ?? '').split('?')[0]!;
    asked.push({ path, body });
    const answer = path === '/signed' ? signedReply(request, body) : answerTo(path, body);
    response.writeHead(answer === undefined ? 404 : 200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(answer ?? { error: { message: `no ${path}` } }));
  };
  const [key, cert, ca] = ['server.key', 'server.pem', 'ca.pem'].map((name) => readFileSync(join(TLS, name)));
  const server = createServer(serve);
  const secure = createSecureServer({ key, cert, ca, requestCert: true, rejectUnauthorized: true }, serve);
  for (const each of [server, secure]) {
    each.listen(0, '127.0.0.1');
    await once(each, 'listening');
  }
  const portOf = (each: typeof server | typeof secure): number => (each.address() as AddressInfo).port;
  return {
    url: `http://127.0.0.1:${portOf(server)}`,
    secureUrl: `https://127.0.0.1:${portOf(secure)}`,
    taken: () => {
      const taken = asked;
      asked = [];
      return taken;
    },
    stop: async () => {
      for (const each of [server, secure]) {
        each.closeAllConnections();
        each.close();
      }
    },
  };
}

/** Whether the time in the headers is signed by the key that the config has. */
function signedReply({ headers }: IncomingMessage, { say }: Record<string, unknown>): object {
  const signature = Buffer.from(String(headers['x-sign']), 'base64');
  const isSigned = verify(
    'SHA256',
    Buffer.from(`app\n${headers['x-time']}`),
    readFileSync(join(TLS, 'sign.pub')),
    signature,
  );
  return { reply: `${isSigned ? 'signed' : 'unsigned'} ${said(say)}` };
}

async function bodyOf(request: IncomingMessage): Promise<Record<string, unknown>> {
  let text = '';
  for await (const chunk of request) text += chunk;
  return text === '' ? {} : JSON.parse(text);
}

function answerTo(path: string, body: Record<string, unknown>): object | undefined {
  if (path.endsWith('/chat/completions')) return chat(body);
  if (path.endsWith('/responses')) return responses(body);
  if (path.endsWith('/messages')) return message(body);
  if (path.endsWith(':generateContent')) return gemini(body);
  if (path.endsWith('/embeddings')) return embeddings(body);
  if (path === '/classify') return classes(body);
  if (path === '/alike') return alike(body);
  return path === '/own' ? { reply: { parts: [{ said: said(body.say), about: body.about }] } } : undefined;
}

const said = (text: unknown): string => `You said ${String(text).toUpperCase()}`;

/** The last text of a conversation. */
function lastText(turns: unknown): string {
  if (typeof turns === 'string') return turns;
  const last = (turns as { content?: unknown; parts?: { text: string }[] }[]).at(-1)!;
  const content = last.content ?? last.parts;
  return typeof content === 'string'
    ? content
    : (content as { text?: string }[]).map(({ text }) => text ?? '').join('');
}

function chat(body: Record<string, unknown>): object {
  const text = lastText(body.messages);
  const usage = { prompt_tokens: 12, completion_tokens: 8, total_tokens: 20 };
  const choice = (content: string | null, more: object = {}, finish = 'stop') => ({
    id: 'x',
    object: 'chat.completion',
    choices: [{ index: 0, message: { role: 'assistant', content, ...more }, finish_reason: finish }],
    usage,
  });
  if (body.model === 'judge') return choice(judged(JSON.stringify(body.messages)));
  if (body.tools !== undefined && text.includes('weather')) {
    const city = text.includes('nowhere') ? 7 : 'Oslo';
    const call = { name: 'weather', arguments: JSON.stringify({ city }) };
    return choice(null, { tool_calls: [{ id: 'c1', type: 'function', function: call }] }, 'tool_calls');
  }
  const format = body.response_format as { type?: string } | undefined;
  return choice(
    format?.type === 'json_schema' ? JSON.stringify({ said: text.toUpperCase(), length: text.length }) : said(text),
  );
}

/** What is wrong is marked so; each tool is answered in the form that it asks for. */
function judged(asked: string): string {
  const isWrong = /WRONG/.test(asked);
  const written = writtenReply(asked, isWrong);
  if (written !== undefined) return written;
  const [, words] = /Reply with one of these words and nothing else: ([^.]*)\./.exec(asked) ?? [];
  if (words !== undefined) {
    const labels = words.split(', ');
    if (labels.includes('yes')) return isWrong ? 'no' : 'yes';
    if (labels.includes('pass')) return isWrong ? 'fail' : 'pass';
    return labels.includes('10') ? (isWrong ? '2' : '9') : isWrong ? 'D' : 'C';
  }
  if (/subset/.test(asked)) return JSON.stringify({ category: isWrong ? 'D' : 'C', reason: 'so' });
  if (/single character/.test(asked)) return isWrong ? 'N' : 'Y';
  if (/integer from 0/.test(asked)) return JSON.stringify({ score: isWrong ? 2 : 9, reason: 'so' });
  if (!/rubric/i.test(asked)) return JSON.stringify({ steps: ['Look at it.'] });
  return JSON.stringify({ pass: !isWrong, score: isWrong ? 0 : 1, reason: 'so' });
}

/** What a judge writes that is no verdict, in the form that both tools read. */
function writtenReply(asked: string, isWrong: boolean): string | undefined {
  if (/own words/.test(asked))
    return `So: ${JSON.stringify({ pass: !isWrong, score: isWrong ? 0.2 : 0.8, reason: 'so' })}`;
  if (/one question that this answer|Generate question for/.test(asked)) return 'What does one say?';
  if (/sentence of the reference|analyze each sentence/.test(asked))
    return `1. One. So [Attributed]\n2. Two. So [${isWrong ? 'Not ' : ''}Attributed]\n3. Three. So [Not Attributed]`;
  if (/Copy the sentences|extract relevant sentences/.test(asked))
    return isWrong ? 'Insufficient Information' : 'The sky is blue. The sea is wet.';
  if (/as single statements|one or more statements/.test(asked)) return 'It is said.\nIt is loud.\nIt is true.';
  if (/Say of each statement|Natural language inference/.test(asked))
    return `It is said. Verdict: Yes.\nIt is loud. Verdict: ${isWrong ? 'No' : 'Yes'}.`;
  if (/relevant to the message input|'verdict' key/.test(asked))
    return JSON.stringify({ verdict: isWrong ? 'no' : 'yes' });
  return undefined;
}

/** Labels as the hub's inference API has them. */
function classes({ inputs }: Record<string, unknown>): object {
  const hate = /WRONG/.test(String(inputs)) ? 0.75 : 0.25;
  return [
    [
      { label: 'nothate', score: 1 - hate },
      { label: 'hate', score: hate },
    ],
  ];
}

/** The share of the first text's letters that the other has. */
function alike({ inputs }: Record<string, unknown>): object {
  const { source_sentence: source, sentences } = inputs as { source_sentence: string; sentences: string[] };
  return sentences.map(
    (text) => [...source].filter((letter) => text.toLowerCase().includes(letter)).length / source.length,
  );
}

function responses(body: Record<string, unknown>): object {
  const text = lastText(body.input);
  const usage = { input_tokens: 12, output_tokens: 8, total_tokens: 20 };
  const message = {
    ...{ type: 'message', role: 'assistant', status: 'completed', id: 'm' },
    content: [{ type: 'output_text', text: said(text), annotations: [] }],
  };
  const tools = (body.tools ?? []) as { type: string }[];
  const search = { type: 'web_search_call', id: 's', status: 'completed', action: { type: 'search', query: text } };
  const mcp = {
    type: 'mcp_call',
    id: 'c',
    name: 'ask',
    server_label: 'wiki',
    arguments: '{}',
    output: `found ${text}`,
  };
  const ran = tools.map(({ type }) => (type === 'mcp' ? mcp : search));
  return { id: 'r', object: 'response', status: 'completed', model: body.model, output: [...ran, message], usage };
}

function message(body: Record<string, unknown>): object {
  const text = lastText(body.messages);
  const isCall = body.tools !== undefined && text.includes('weather');
  const thoughts = body.thinking === undefined ? [] : [{ type: 'thinking', thinking: 'Let me see.', signature: 'sig' }];
  const call = { type: 'tool_use', id: 't1', name: 'weather', input: { city: 'Oslo' } };
  return {
    ...{
      id: 'm',
      type: 'message',
      role: 'assistant',
      model: body.model,
      stop_reason: isCall ? 'tool_use' : 'end_turn',
    },
    content: [...thoughts, { type: 'text', text: said(text) }, ...(isCall ? [call] : [])],
    usage: { input_tokens: 12, output_tokens: 8 },
  };
}

function gemini(body: Record<string, unknown>): object {
  const text = lastText(body.contents);
  const isCall = body.tools !== undefined && text.includes('weather');
  const parts = isCall ? [{ functionCall: { name: 'weather', args: { city: 'Oslo' } } }] : [{ text: said(text) }];
  return {
    candidates: [{ content: { role: 'model', parts }, finishReason: 'STOP', index: 0 }],
    usageMetadata: { promptTokenCount: 12, candidatesTokenCount: 8, totalTokenCount: 20 },
  };
}

/** Counts of letters: texts with the same letters are alike. */
function embeddings(body: Record<string, unknown>): object {
  const texts = [body.input].flat().map(String);
  const vector = (text: string): number[] =>
    Array.from({ length: 26 }, (_, i) => text.toLowerCase().split(String.fromCharCode(97 + i)).length - 1 + 0.01);
  return {
    object: 'list',
    model: body.model,
    data: texts.map((text, index) => ({ object: 'embedding', index, embedding: vector(text) })),
    usage: { prompt_tokens: 3, total_tokens: 3 },
  };
}
