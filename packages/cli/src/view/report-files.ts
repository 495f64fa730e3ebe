import { existsSync } from 'node:fs';
import { mkdtemp, readFile, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { findDamage, isDamaged, isInside, writeRunReport } from 'assay/internal';
import type { RunCatalogue, RunOverview } from '../runs/run-catalogue.ts';
import { ApiError } from '../serve/api-error.ts';
import type { Side } from './against-baseline.ts';
import { MOST_CANDIDATES, sidesOf, sideValue, writeComparison } from './comparison-file.ts';
import { type Answer, HTML, POLICY, SCRIPT, sandboxed } from './view-answer.ts';

const REPORT_PATH = /^runs\/([^/]+)\/(report\.html|report-data\/[\w.-]+\.js)$/;
/** Beside a run's report: what people say of its samples. */
export const NOTES_FILE = 'sample-notes.json';

const COMPARED_PATH = /^compared\/([0-9a-f]{16}-data\/[\w.-]+\.js)$/;

/** Pages of runs, from their folders, and of comparisons, which are written into a folder of the server's own. */
export class ReportFiles {
  readonly #catalogue: RunCatalogue;
  readonly #note: (text: string) => void;
  #folder: Promise<string> | undefined;

  constructor(catalogue: RunCatalogue, note: (text: string) => void) {
    this.#catalogue = catalogue;
    this.#note = note;
  }

  /** A run's report, written first where there is none, and the data beside it. */
  async report(path: string, base: string): Promise<Answer> {
    const [, written = '', file = ''] = REPORT_PATH.exec(path) ?? [];
    const name = decoded(written);
    const run: RunOverview | undefined = name === '' ? undefined : await this.#catalogue.find(name);
    const damage = this.#catalogue.damaged.get(name);
    if (damage !== undefined) throw new ApiError(409, damage);
    if (run === undefined || run.summary === null) throw new ApiError(404, 'nothing here');
    const place = join(run.folder.path, file);
    // A page that was written before the run was damaged does not tell.
    const isOld = !existsSync(place) || isDamaged(await findDamage(run.folder, run.manifest, run.summary));
    if (file === 'report.html' && isOld) await writeRunReport(run.folder, place, this.#note);
    if (!(await isOwnFile(place, run.folder.path))) throw new ApiError(404, 'nothing here');
    const body = await readFile(place);
    if (file !== 'report.html') return { type: SCRIPT, body, policy: POLICY, isData: true };
    const own = `${base}/runs/${encodeURIComponent(name)}`;
    return pageOf(body, `${own}/report-data/`, '../../', `${own}/${NOTES_FILE}`);
  }

  /** The page of a baseline and its candidates; without them that of the newest run against the one before it. */
  async comparison(query: URLSearchParams, base: string): Promise<Answer> {
    const sides = sidesOf(await this.#catalogue.list());
    if (sides.length < 2)
      throw new ApiError(404, 'two finished runs, or one with two models, are needed for a comparison');
    const asked = (value: string): Side => {
      const found = sides.find((side) => sideValue(side) === value);
      if (found === undefined) throw new ApiError(404, 'there is no such run or model any more');
      return found;
    };
    const values = query.getAll('candidate');
    if (values.length > MOST_CANDIDATES)
      throw new ApiError(400, `a comparison has at most ${MOST_CANDIDATES} candidates`);
    const candidates = values.length === 0 ? [sides[0]!] : values.map(asked);
    const wanted = query.get('baseline');
    const baseline = wanted === null ? sideBefore(candidates[0]!, sides) : asked(wanted);
    if (candidates.includes(baseline)) throw new ApiError(409, 'a comparison needs two sides');
    this.#folder ??= mkdtemp(join(tmpdir(), 'assay-view-'));
    const file = await writeComparison({ baseline, candidates: [...new Set(candidates)] }, sides, await this.#folder);
    const data = basename(file).replace('.html', '-data');
    const body = (await readFile(file, 'utf8')).replace(`data-folder="${data}"`, `data-folder="compared/${data}"`);
    return pageOf(body, `${base}/compared/${data}/`, './');
  }

  async comparisonData(path: string): Promise<Answer> {
    const file = COMPARED_PATH.exec(path)?.[1];
    if (file === undefined || this.#folder === undefined) throw new ApiError(404, 'nothing here');
    const body = await readFile(join(await this.#folder, file)).catch(() => undefined);
    if (body === undefined) throw new ApiError(404, 'nothing here');
    return { type: SCRIPT, body, isData: true };
  }

  async close(): Promise<void> {
    if (this.#folder !== undefined) await rm(await this.#folder, { recursive: true, force: true });
  }
}

/** The same model in the newest run before on the dataset; else the next side in the list. */
function sideBefore(side: Side, sides: readonly Side[]): Side {
  const later = sides.slice(sides.indexOf(side) + 1);
  const isSame = ({ run, model }: Side) =>
    run !== side.run && model === side.model && run.manifest.dataset.name === side.run.manifest.dataset.name;
  return later.find(isSame) ?? later[0] ?? sides[0]!;
}

/** In an origin of its own, "self" is nothing: its data is named by its address. */
function pageOf(page: Buffer | string, data: string, home: string, notes = ''): Answer {
  const body = page
    .toString()
    .replace("'self' file:", data)
    .replace('img-src data:;', notes === '' ? 'img-src data:;' : `img-src data:; connect-src ${notes};`)
    .replace('data-home=""', `data-home="${home}" data-notes="${notes}"`);
  return { type: HTML, body, policy: sandboxed(data, notes) };
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
