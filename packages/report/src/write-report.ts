import { basename, dirname, join } from 'node:path';
import { type RunView, sampleCount } from '@assay/core';
import { writeTextFiles } from './files/write-text-files.ts';
import type { Written } from './files/written.ts';
import type { ReportOptions } from './formats/report-options.ts';
import { appScript, pageStyle } from './generated/app-bundle.ts';
import { pageDocument } from './page/page-document.ts';
import { ChunkStore } from './rows/chunk-store.ts';
import { packIndex } from './rows/pack-index.ts';
import { chunkName } from './rows/page-data.ts';
import { RowPacker } from './rows/row-packer.ts';
import { runPage } from './run-page/run-page.ts';

/**
 * Writes a run as one self-contained page. Above 20,000 rows or 24 million characters the samples go into a folder
 * beside it (`report-data/` for `report.html`), which must travel with the page.
 * Reads `run.rows` once, holding no more than those limits. The file is replaced at the end, whole.
 */
export async function writeReport(run: RunView, file: string, options: ReportOptions = {}): Promise<Written> {
  const folder = `${basename(file).replace(/\.html?$/i, '')}-data`;
  const store = new ChunkStore(join(dirname(file), folder));
  let rows = 0;
  const packer = new RowPacker(run.summary, (json) => store.add(json, rows));
  for await (const row of run.rows) {
    rows += 1;
    const room = packer.add(row);
    if (room !== undefined) await room;
  }
  const index = await packer.finish();
  const isBeside = await store.finish((isApart) => packIndex(index, isApart));
  const page = runPage(run, index, options, run.share === undefined ? null : sampleCount(run.summary));
  const document = pageDocument({
    page,
    title: `${page.dataset} – assay ${page.run}`,
    headline: page.headline,
    instead: `assay report ${page.run} --format md`,
    ...{ script: appScript, style: pageStyle, folder: isBeside ? folder : '' },
    blocks: isBeside
      ? []
      : [...packIndex(index, false), ...(store.embedded ?? []).map((chunk, i) => [chunkName(i), chunk] as const)],
  });
  const written = await writeTextFiles((open) => open(file).write(document));
  return { files: [...written.files, ...store.files], bytes: written.bytes + store.bytesBeside };
}
