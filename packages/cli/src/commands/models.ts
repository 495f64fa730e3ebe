import { AssayError, localModels } from 'assay/internal';
import { onInterrupt } from '../on-interrupt.ts';
import { DownloadBar } from '../print/download-bar.ts';
import { beside, nameAnd } from '../print/fit-text.ts';
import { printable, terminalOf } from '../print/terminal.ts';

/** The names of embedded models fit. */
const NAME_WIDTH = 26;

export async function listModels(): Promise<number> {
  const { listModels: list } = await localModels();
  const { columns } = terminalOf(process.stdout, process.env, undefined);
  for (const { name, kind, sizeBytes, licence, source } of list()) {
    const size = `${(sizeBytes / 1e6).toFixed(1)} MB`;
    const facts = `${kind.padEnd(11)}${size.padStart(9)}  ${source.padEnd(9)}${printable(licence ?? '')}`;
    process.stdout.write(`${nameAnd(printable(name), NAME_WIDTH, facts, columns)}\n`);
  }
  return 0;
}

export async function showModel(name: string): Promise<number> {
  const { showModel: show } = await localModels();
  const { columns } = terminalOf(process.stdout, process.env, undefined);
  const { files, provenance, aliases, ...details } = await show(name);
  for (const [key, value] of Object.entries(details)) {
    if (value === null || value === undefined) continue;
    process.stdout.write(`${beside(key.padEnd(12), printable(String(value)), columns)}\n`);
  }
  if (aliases.length > 0)
    process.stdout.write(`${beside('aliases'.padEnd(12), aliases.map(printable).join(', '), columns)}\n`);
  for (const { path, sizeBytes } of files)
    process.stdout.write(`${'file'.padEnd(12)}${printable(path)}  ${sizeBytes} bytes\n`);
  if (provenance !== null) process.stdout.write(`\n${provenance}\n`);
  return 0;
}

/** Exit code 2 (by the thrown MODEL_CHECKSUM) on the first file that differs. */
export async function verifyModels(names: readonly string[]): Promise<number> {
  const { EMBEDDED_MODELS, verifyModel } = await localModels();
  for (const name of names.length > 0 ? names : EMBEDDED_MODELS.map((model) => model.name)) {
    const { checkedFiles, checkedBytes } = await verifyModel(name, { fresh: true });
    const found =
      checkedFiles === 0 ? 'no checksums known' : `${checkedFiles} files, ${checkedBytes} bytes, all as recorded`;
    process.stdout.write(`${printable(name).padEnd(28)}${found}\n`);
  }
  return 0;
}

export interface PullFlags {
  readonly revision?: string;
  readonly dtype?: string;
}

/** Brings models from the Hugging Face hub; says how much it will be before the first byte. */
export async function pullModels(names: readonly string[], flags: PullFlags): Promise<number> {
  const { formatBytes } = await import('assay/internal');
  const { DTYPES, pullModel } = await localModels();
  const dtype = DTYPES.find((known) => known === flags.dtype);
  if (flags.dtype !== undefined && dtype === undefined) {
    throw new AssayError('USAGE', `no number format ${JSON.stringify(flags.dtype)}`, {
      hint: `Write one of ${DTYPES.join(', ')}.`,
    });
  }
  const { signal, dispose } = onInterrupt((text) => process.stderr.write(`\n${text}\n`));
  try {
    for (const name of names) {
      const bar = new DownloadBar(process.stderr, terminalOf(process.stderr, process.env, undefined));
      const pulled = await pullModel(name, {
        revision: flags.revision,
        dtype,
        signal,
        hooks: {
          onStart: ({ id, commit, dtype: chosen, files, totalBytes, doneBytes }) => {
            const here = doneBytes === 0 ? '' : `, ${formatBytes(doneBytes)} of it here already`;
            const what = `${files.length} files, ${formatBytes(totalBytes)}${here}`;
            process.stderr.write(`${printable(id)}@${commit.slice(0, 8)} ${chosen}: ${what}\n`);
          },
          onProgress: ({ path, doneBytes, totalBytes }) => bar.show(path, doneBytes, totalBytes),
        },
      });
      bar.end();
      process.stdout.write(
        `${printable(pulled.id)}   ${formatBytes(pulled.totalBytes)}   ${printable(pulled.folder)}\n`,
      );
    }
    return 0;
  } finally {
    dispose();
  }
}

/** Removes pulled models with all their revisions; embedded ones and folders are refused. */
export async function removeModels(names: readonly string[]): Promise<number> {
  const { formatBytes } = await import('assay/internal');
  const { removeModel } = await localModels();
  for (const name of names) {
    const { id, freedBytes } = await removeModel(name);
    process.stdout.write(`${printable(id)} removed, ${formatBytes(freedBytes)} freed\n`);
  }
  return 0;
}
