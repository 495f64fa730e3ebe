import { basename, dirname, join } from 'node:path';
import { type RunView, sampleCount } from '@assay/core';
import { writeTextFiles } from './files/write-text-files.ts';
import type { Written } from './files/written.ts';
import type { ReportOptions } from './formats/report-options.ts';
import { explorerScript, pageStyle } from './generated/explorer-bundle.ts';
import { scriptSafeJson } from './page/json-block.ts';
import { pageDocument } from './page/page-document.ts';
import { ChunkStore } from './rows/chunk-store.ts';
import { RowPacker } from './rows/row-packer.ts';
import { samplesSection } from './sections/samples-section.ts';

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
    await packer.add(row);
  }
  const index = scriptSafeJson(await packer.finish());
  const dataBeside = await store.finish(index);
  const total = run.share === undefined ? null : sampleCount(run.summary);
  const samples = samplesSection(dataBeside ? { folder } : { index, chunks: store.embedded ?? [] }, rows, total);
  const page = pageDocument({ run, options, script: explorerScript, style: pageStyle, dataBeside, samples });
  const written = await writeTextFiles((open) => open(file).write(page));
  return { files: [...written.files, ...store.files], bytes: written.bytes + store.bytesBeside };
}
