import { printable } from '../print/terminal.ts';

export async function listModels(): Promise<number> {
  const { listModels: list } = await import('@assay/runner-local');
  for (const { name, kind, sizeBytes, licence, source } of list()) {
    const size = `${(sizeBytes / 1e6).toFixed(1)} MB`;
    process.stdout.write(
      `${printable(name).padEnd(40)}${kind.padEnd(12)}${size.padStart(10)}   ${source.padEnd(10)}${licence ?? ''}\n`,
    );
  }
  return 0;
}

export async function showModel(name: string): Promise<number> {
  const { showModel: show } = await import('@assay/runner-local');
  const { files, provenance, aliases, ...details } = await show(name);
  for (const [key, value] of Object.entries(details)) {
    if (value !== null && value !== undefined) process.stdout.write(`${key.padEnd(12)}${printable(String(value))}\n`);
  }
  if (aliases.length > 0) process.stdout.write(`${'aliases'.padEnd(12)}${aliases.map(printable).join(', ')}\n`);
  for (const { path, sizeBytes } of files)
    process.stdout.write(`${'file'.padEnd(12)}${printable(path)}  ${sizeBytes} bytes\n`);
  if (provenance !== null) process.stdout.write(`\n${provenance}\n`);
  return 0;
}

/** Exit code 2 (by the thrown MODEL_CHECKSUM) on the first file that differs. */
export async function verifyModels(names: readonly string[]): Promise<number> {
  const { EMBEDDED_MODELS, verifyModel } = await import('@assay/runner-local');
  for (const name of names.length > 0 ? names : EMBEDDED_MODELS.map((model) => model.name)) {
    const { checkedFiles, checkedBytes } = await verifyModel(name, { fresh: true });
    const found =
      checkedFiles === 0 ? 'no checksums known' : `${checkedFiles} files, ${checkedBytes} bytes, all as recorded`;
    process.stdout.write(`${printable(name).padEnd(28)}${found}\n`);
  }
  return 0;
}
