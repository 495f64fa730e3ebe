import { writeFile } from 'node:fs/promises';

export async function schema(flags: { readonly output?: string }): Promise<number> {
  const { configJsonSchema } = await import('assay/internal');
  const text = `${JSON.stringify(configJsonSchema(), null, 2)}\n`;
  if (flags.output === undefined) process.stdout.write(text);
  else await writeFile(flags.output, text);
  return 0;
}
