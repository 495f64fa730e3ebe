import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import {
  appBody,
  appDocument,
  appHead,
  appScript,
  type HistoryPage,
  pageStyle,
  type RunsPage,
} from 'assay/internal/report';
import { LabelDesk } from '../label/label-desk.ts';
import { type LabelAnswer, labelAnswer } from '../label/label-routes.ts';
import type { RunCatalogue, RunOverview } from '../runs/run-catalogue.ts';
import { ApiError } from '../serve/api-error.ts';
import { guardRequest, isSame } from '../serve/guard-request.ts';
import { againstBaseline } from './against-baseline.ts';
import { changeNotes, deleteRun } from './change-run.ts';
import { sidesOf, sideValue } from './comparison-file.ts';
import { historyData } from './history-data.ts';
import { LiveRuns } from './live-runs.ts';
import { pageFrame } from './page-frame.ts';
import { NOTES_FILE, ReportFiles } from './report-files.ts';
import type { ResumedRuns } from './resumed-runs.ts';
import { RunCosts } from './run-costs.ts';
import { runsData } from './runs-data.ts';
import { SampleNotes } from './sample-notes.ts';
import { type Answer, HTML, JSON_TYPE, POLICY, SCRIPT, STYLE, TEXT } from './view-answer.ts';

/** Beside each report. */
const NOTES_PATH: RegExp = new RegExp(`^/[^/]+/runs/([^/]+)/${NOTES_FILE.replace('.', '\\.')}$`);

const UNREAD = 'the run could not be read; the terminal says why';

/** What a request is answered from. */
interface Viewed {
  readonly catalogue: RunCatalogue;
  readonly costs: RunCosts;
  readonly desk: LabelDesk;
  readonly files: ReportFiles;
  readonly live: LiveRuns;
  readonly sampleNotes: SampleNotes;
  readonly request: IncomingMessage;
  readonly url: URL;
}

/** What a server works with beside its runs. */
export interface ViewOptions {
  /** @default labels in labels.jsonl of the working folder */
  readonly desk?: LabelDesk;
  /** Starts what a page continues. */
  readonly resumed: ResumedRuns;
}

/** A server over the runs of a catalogue. Every address begins with the token, without which there is nothing. */
export function createViewServer(
  catalogue: RunCatalogue,
  token: string,
  note: (text: string) => void,
  { resumed, desk = new LabelDesk('labels.jsonl') }: ViewOptions,
): Server {
  const files = new ReportFiles(catalogue, note);
  const live = new LiveRuns(resumed);
  const costs = new RunCosts();
  const sampleNotes = new SampleNotes();
  const server = createServer((request, response) => {
    answer({ catalogue, costs, desk, files, live, sampleNotes }, token, request)
      .then((found) => send(response, 200, found, note))
      .catch((thrown: unknown) => {
        const status = thrown instanceof ApiError ? thrown.status : 500;
        if (status === 500) note(thrown instanceof Error ? thrown.message : String(thrown));
        send(response, status, { type: TEXT, body: thrown instanceof ApiError ? thrown.message : UNREAD }, note);
      });
  });
  server.on('close', () => void files.close());
  return server;
}

async function answer(
  sources: Omit<Viewed, 'request' | 'url'>,
  token: string,
  request: IncomingMessage,
): Promise<Answer> {
  const url = new URL(request.url ?? '/', 'http://localhost');
  const noted = NOTES_PATH.exec(url.pathname)?.[1];
  guardRequest(request, { isLoopback: true, allowsOpaque: noted !== undefined });
  const [, given = '', ...rest] = url.pathname.split('/');
  if (!isSame(given, token)) throw new ApiError(404, 'nothing here');
  const viewed = { ...sources, request, url };
  const path = rest.join('/');
  if (noted !== undefined) return sampleNotesOf(viewed, noted);
  const labelling = await labelAnswer(path, request, url.searchParams, sources);
  if (labelling !== undefined) return labelFile(labelling);
  if (request.method === 'GET') return shown(viewed, path, `http://${request.headers.host}/${token}`);
  if (request.method === 'POST') return changed(viewed, path);
  throw new ApiError(404, 'nothing here');
}

/** A report's page is in an origin of its own: only it is let in here, by its address, which has the token. */
async function sampleNotesOf({ catalogue, sampleNotes, request }: Viewed, run: string): Promise<Answer> {
  const headers = { 'access-control-allow-origin': 'null', 'access-control-allow-headers': 'content-type' };
  if (request.method === 'OPTIONS') return { type: TEXT, body: '', isData: true, headers };
  const found = await runNamed(catalogue, run);
  const samples = request.method === 'POST' ? await sampleNotes.change(found, request) : await sampleNotes.list(found);
  return { type: JSON_TYPE, body: JSON.stringify({ samples }), isData: true, headers };
}

function labelFile(answer: LabelAnswer): Answer {
  if ('page' in answer) return { type: HTML, body: pageFrame(answer.title, answer.page) };
  if ('script' in answer) return { type: SCRIPT, body: answer.script };
  return { type: JSON_TYPE, body: JSON.stringify(answer.view) };
}

async function shown({ catalogue, costs, files, live, url }: Viewed, path: string, base: string): Promise<Answer> {
  const listed = async () => {
    const runs = await catalogue.list();
    return runsData(runs, catalogue.damaged, await costs.of(runs));
  };
  const followed = async () => live.page(await runOf(catalogue, url));
  switch (path) {
    case '':
      return pageAtOnce('Runs', listed);
    case 'runs.json':
      return { type: JSON_TYPE, body: JSON.stringify(await listed()) };
    case 'history':
      return pageAtOnce('History', async () =>
        historyData(await catalogue.list(), url.searchParams.get('score') || null),
      );
    case 'live':
      return { type: HTML, body: appDocument('Live', await followed()) };
    case 'live.json':
      return { type: JSON_TYPE, body: JSON.stringify(await followed()) };
    case 'against.json':
      return { type: JSON_TYPE, body: JSON.stringify(await held(await catalogue.list(), url.searchParams)) };
    case 'compare':
      return files.comparison(url.searchParams, base);
    case 'app.css':
      return { type: STYLE, body: pageStyle };
    case 'app.js':
      return { type: SCRIPT, body: appScript };
    default:
      return path.startsWith('compared/') ? files.comparisonData(path) : files.report(path, base);
  }
}

/** A page whose beginning does not wait for the runs. */
function pageAtOnce(title: string, data: () => Promise<RunsPage | HistoryPage>): Answer {
  return { type: HTML, body: appHead(title), rest: async () => appBody(title, await data()) };
}

/** Two sides by their addresses, held against one another on a score. */
async function held(runs: readonly RunOverview[], query: URLSearchParams): Promise<object> {
  const sides = sidesOf(runs);
  const [baseline, candidate] = ['baseline', 'candidate'].map((name) =>
    sides.find((side) => sideValue(side) === query.get(name)),
  );
  if (baseline === undefined || candidate === undefined) throw new ApiError(404, 'nothing here');
  return againstBaseline(baseline, candidate, query.get('score') ?? '');
}

async function changed({ catalogue, live, request, url }: Viewed, path: string): Promise<Answer> {
  // A page of another origin can send a form here; only the app's own requests name their origin and send JSON.
  if (request.headers.origin === undefined) throw new ApiError(403, 'only the page itself may change runs');
  const run = await runOf(catalogue, url);
  switch (path) {
    case 'notes.json':
      return { type: JSON_TYPE, body: JSON.stringify(await changeNotes(run, request)) };
    case 'delete.json':
      await deleteRun(run);
      break;
    case 'stop.json':
      await live.stop(run);
      break;
    case 'resume.json':
      live.resume(run);
      break;
    default:
      throw new ApiError(404, 'nothing here');
  }
  return { type: JSON_TYPE, body: '{}' };
}

/** The run that an address names. @throws ApiError 404 */
async function runOf(catalogue: RunCatalogue, url: URL): Promise<RunOverview> {
  return runNamed(catalogue, url.searchParams.get('run') ?? '');
}

async function runNamed(catalogue: RunCatalogue, name: string): Promise<RunOverview> {
  const run = await catalogue.find(name);
  if (run === undefined) throw new ApiError(404, 'nothing here');
  return run;
}

/** @param note told why the rest of an answer could not be had */
function send(response: ServerResponse, status: number, answer: Answer, note: (text: string) => void): void {
  const { type, body, rest, policy = POLICY, isData = false, headers } = answer;
  response.writeHead(status, {
    ...headers,
    'content-type': type,
    'content-security-policy': policy,
    'cache-control': 'no-store',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    'cross-origin-resource-policy': isData ? 'cross-origin' : 'same-origin',
  });
  if (rest === undefined) {
    response.end(body);
    return;
  }
  response.write(body);
  rest().then(
    (text) => response.end(text),
    (thrown: unknown) => {
      note(thrown instanceof Error ? thrown.message : String(thrown));
      response.end(`<body><main class="wrap"><h1>${UNREAD}</h1></main></body></html>`);
    },
  );
}
