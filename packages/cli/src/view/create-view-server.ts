import { existsSync } from 'node:fs';
import { readFile, realpath } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import { findDamage, isDamaged, isInside, writeRunReport } from 'assay/internal';
import { type Html, html, pageStyle } from 'assay/internal/report';
import { LabelDesk } from '../label/label-desk.ts';
import { type LabelAnswer, labelAnswer } from '../label/label-routes.ts';
import type { RunCatalogue, RunOverview } from '../runs/run-catalogue.ts';
import { runRows } from '../runs/score-history.ts';
import { ApiError } from '../serve/api-error.ts';
import { guardRequest, isSame } from '../serve/guard-request.ts';
import { comparePage } from './compare-page.ts';
import { historyPage } from './history-page.ts';
import { LIVE_SCRIPT } from './live-script.ts';
import { pageFrame } from './page-frame.ts';
import { runsTable } from './runs-page.ts';

/** Nothing but this server's own files; reports carry a policy of their own. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  'img-src data:',
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ');

const REPORT_PATH = /^runs\/([^/]+)\/(report\.html|report-data\/[\w.-]+\.js)$/;

interface Answer {
  readonly type: string;
  readonly body: string | Buffer;
  readonly policy?: string;
  /** Of a report, which its page in an origin of its own loads. */
  readonly isData?: boolean | undefined;
}

/** A server over the runs of a catalogue. Every address begins with the token, without which there is nothing. */
export function createViewServer(
  catalogue: RunCatalogue,
  token: string,
  note: (text: string) => void,
  desk: LabelDesk = new LabelDesk('labels.jsonl'),
): Server {
  return createServer((request, response) => {
    answer({ catalogue, desk }, token, request, note)
      .then(({ type, body, policy = POLICY, isData }) => send(response, 200, { type, body, policy, isData }))
      .catch((thrown: unknown) => {
        const status = thrown instanceof ApiError ? thrown.status : 500;
        if (status === 500) note(thrown instanceof Error ? thrown.message : String(thrown));
        const said = thrown instanceof ApiError ? thrown.message : 'the run could not be read; the terminal says why';
        send(response, status, { type: TEXT, body: said, policy: POLICY });
      });
  });
}

const TEXT = 'text/plain; charset=utf-8';
const HTML = 'text/html; charset=utf-8';
const SCRIPT = 'text/javascript; charset=utf-8';

async function answer(
  { catalogue, desk }: { readonly catalogue: RunCatalogue; readonly desk: LabelDesk },
  token: string,
  request: IncomingMessage,
  note: (text: string) => void,
): Promise<Answer> {
  guardRequest(request, { isLoopback: true });
  const url = new URL(request.url ?? '/', 'http://localhost');
  const [, given = '', ...rest] = url.pathname.split('/');
  if (!isSame(given, token)) throw new ApiError(404, 'nothing here');
  const path = rest.join('/');
  const labelling = await labelAnswer(path, request, url.searchParams, { catalogue, desk });
  if (labelling !== undefined) return labelFile(labelling);
  if (request.method !== 'GET') throw new ApiError(404, 'nothing here');
  const page = (title: string, main: Html): Answer => ({ type: HTML, body: pageFrame(title, main) });
  switch (path) {
    case '':
      return { type: HTML, body: pageFrame('Runs', await listed(catalogue)) };
    case 'runs-table':
      return { type: HTML, body: (await table(catalogue)).markup };
    case 'compare':
      return page('Compare', await comparePage(await catalogue.list(), url.searchParams));
    case 'history':
      return page('History', historyPage(runRows(await catalogue.list()), url.searchParams));
    case 'style.css':
      return { type: 'text/css; charset=utf-8', body: pageStyle };
    case 'live.js':
      return { type: SCRIPT, body: LIVE_SCRIPT };
    default:
      return reportFile(catalogue, path, `http://${request.headers.host}/${token}`, note);
  }
}

function labelFile(answer: LabelAnswer): Answer {
  if ('page' in answer) return { type: HTML, body: pageFrame(answer.title, answer.page) };
  if ('script' in answer) return { type: SCRIPT, body: answer.script };
  return { type: 'application/json; charset=utf-8', body: JSON.stringify(answer.view) };
}

async function table(catalogue: RunCatalogue): Promise<Html> {
  const runs = await catalogue.list();
  return runsTable(runs, catalogue.damaged);
}

async function listed(catalogue: RunCatalogue): Promise<Html> {
  return html`<div id="runs">${await table(catalogue)}</div>`;
}

/** A run's report, written first where there is none, and the data beside it. */
async function reportFile(
  catalogue: RunCatalogue,
  path: string,
  base: string,
  note: (text: string) => void,
): Promise<Answer> {
  const [, written = '', file = ''] = REPORT_PATH.exec(path) ?? [];
  const name = decoded(written);
  const run: RunOverview | undefined = name === '' ? undefined : await catalogue.find(name);
  const damage = catalogue.damaged.get(name);
  if (damage !== undefined) throw new ApiError(409, damage);
  if (run === undefined || run.summary === null) throw new ApiError(404, 'nothing here');
  const place = join(run.folder.path, file);
  // A page that was written before the run was damaged does not tell.
  const isOld = !existsSync(place) || isDamaged(await findDamage(run.folder, run.manifest, run.summary));
  if (file === 'report.html' && isOld) await writeRunReport(run.folder, place, note);
  if (!(await isOwnFile(place, run.folder.path))) throw new ApiError(404, 'nothing here');
  const body = await readFile(place);
  const data = `${base}/runs/${encodeURIComponent(name)}/report-data/`;
  if (file !== 'report.html') return { type: SCRIPT, body, policy: POLICY, isData: true };
  // In an origin of its own, "self" is nothing: its data is named by its address.
  return { type: HTML, body: body.toString('utf8').replace("'self' file:", data), policy: sandboxed(data) };
}

/**
 * A report may be anybody's: it runs in an origin that it shares with nothing, and reaches its own data and no more.
 * @param data where that lies
 */
function sandboxed(data: string): string {
  return [
    'sandbox allow-scripts allow-downloads',
    "default-src 'none'",
    `script-src 'unsafe-inline' ${data}`,
    "style-src 'unsafe-inline'",
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}

/** A name of an address; '' for what is no encoding of one. */
function decoded(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return '';
  }
}

/** Whether a path is a file of the run, and no link out of it. */
async function isOwnFile(path: string, folder: string): Promise<boolean> {
  const real = await realpath(path).catch(() => undefined);
  return real !== undefined && isInside(real, await realpath(folder));
}

function send(response: ServerResponse, status: number, { type, body, policy = POLICY, isData = false }: Answer): void {
  response.writeHead(status, {
    'content-type': type,
    'content-security-policy': policy,
    'cache-control': 'no-store',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    'cross-origin-resource-policy': isData ? 'cross-origin' : 'same-origin',
  });
  response.end(body);
}
