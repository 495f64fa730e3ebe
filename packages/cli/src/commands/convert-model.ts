import { localConversion } from 'assay/internal';
import { onInterrupt } from '../on-interrupt.ts';
import { DownloadBar } from '../print/download-bar.ts';
import { printable, terminalOf } from '../print/terminal.ts';

export interface ConvertFlags {
  readonly output?: string;
  readonly dtype?: string;
  readonly graph?: string;
  readonly revision?: string;
  readonly tokenizer?: string;
  readonly check: boolean;
}

/** Writes a model in the slim layout; stdout gets the new folder, stderr the progress. */
export async function convertModel(name: string, flags: ConvertFlags): Promise<number> {
  const { formatBytes } = await import('assay/internal');
  const { convertModel: convert } = await localConversion();
  const { signal, dispose } = onInterrupt((text) => process.stderr.write(`\n${text}\n`));
  const bar = new DownloadBar(process.stderr, terminalOf(process.stderr, process.env, undefined));
  try {
    const { folder, format, bytes, check } = await convert(name, {
      ...flags,
      signal,
      hooks: {
        onStart: ({ file }) => process.stderr.write(`converting ${printable(file)}\n`),
        onProgress: ({ path, doneBytes, totalBytes }) => bar.show(path, doneBytes, totalBytes),
        onCheck: () => {
          bar.end();
          process.stderr.write('trying the result\n');
        },
      },
    });
    if (check !== null) {
      const far = `${check.meanDifference.toPrecision(2)} nats apart in the mean, ${check.largestDifference.toPrecision(2)} at most`;
      process.stderr.write(`${check.tokens} tokens: ${far}; ${check.sameChoices} times the same first choice\n`);
    }
    process.stdout.write(`${printable(folder)}   ${format}   ${formatBytes(bytes)}\n`);
    return 0;
  } finally {
    dispose();
  }
}
