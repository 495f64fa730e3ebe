import { rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { RunView } from '@assay/core';
import { explorerScript, pageStyle } from './generated/explorer-bundle.ts';
import { scriptSafeJson } from './page/json-block.ts';
import { pageDocument } from './page/page-document.ts';
import { ChunkStore } from './rows/chunk-store.ts';
import { RowPacker } from './rows/row-packer.ts';
import { samplesSection } from './sections/samples-section.ts';

export interface WrittenReport {
  /** Of the page and of the files beside it. */
  readonly bytes: number;
  /** The folder of sample files beside the page; null where the page holds everything. */
  readonly dataFolder: string | null;
}

/**
 * Writes a run as one self-contained page. Above 20,000 rows or 24 million characters the samples go into a folder
 * beside it (`report-data/` for `report.html`), which must travel with the page.
 * Reads `run.rows` once, holding no more than those limits. The file is replaced at the end, whole.
 */
export async function writeReport(run: RunView, file: string): Promise<WrittenReport> {
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
  const samples = samplesSection(dataBeside ? { folder } : { index, chunks: store.embedded ?? [] }, rows);
  const page = pageDocument({ run, script: explorerScript, style: pageStyle, dataBeside, samples });
  const unfinished = `${file}.${process.pid}.part`;
  try {
    await writeFile(unfinished, page);
    await rename(unfinished, file);
  } catch (error) {
    await rm(unfinished, { force: true });
    throw error;
  }
  return {
    bytes: Buffer.byteLength(page) + store.bytesBeside,
    dataFolder: dataBeside ? join(dirname(file), folder) : null,
  };
}
