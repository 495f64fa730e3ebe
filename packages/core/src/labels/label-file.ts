import { appendFile, open, readFile } from 'node:fs/promises';
import { AssayError } from '../errors/assay-error.ts';
import { type HumanLabel, humanLabel } from './human-label.ts';

/** Beyond this a file is no list of what people said. */
const MOST_BYTES = 256 * 2 ** 20;

/**
 * The labels of a file, in its order. A last line that was cut off while it was written is left out.
 * @throws AssayError DATASET_NOT_FOUND; DATASET_BAD_VALUE for a line that is no label, with its number
 */
export async function readLabels(file: string): Promise<HumanLabel[]> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (cause) {
    throw new AssayError('DATASET_NOT_FOUND', `cannot read the labels ${file}`, {
      cause,
      hint: 'Make one with `assay label RUN`.',
    });
  }
  if (text.length > MOST_BYTES)
    throw new AssayError('DATASET_TOO_LARGE', `the labels ${file} are larger than 256 MiB`, {
      hint: 'A labels file has a line for each label.',
    });
  const lines = text.split('\n');
  return lines.flatMap((line, at) => {
    const isCut = at === lines.length - 1 && parsed(line) === undefined;
    if (line.trim() === '' || isCut) return [];
    const label = humanLabel.safeParse(parsed(line));
    if (label.success) return [label.data];
    const [issue] = label.error.issues;
    throw new AssayError('DATASET_BAD_VALUE', `not a label: ${issue!.path.join('.')} ${issue!.message}`, {
      at: { file, line: at + 1 },
      hint: 'A line is {"sample", "output", "label", "who", "when", "rubric"}: docs/judges.md.',
    });
  });
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line) as unknown;
  } catch {
    return undefined;
  }
}

/** Puts a label at the end of a file, for sure: it is on the disk when this resolves. */
export async function appendLabel(file: string, label: HumanLabel): Promise<void> {
  await endLine(file);
  await appendFile(file, `${JSON.stringify(label)}\n`, { flush: true });
}

/** A line that was cut off ends before the next begins. */
async function endLine(file: string): Promise<void> {
  const handle = await open(file, 'a+');
  try {
    const { size } = await handle.stat();
    if (size === 0) return;
    const last = Buffer.alloc(1);
    await handle.read(last, 0, 1, size - 1);
    if (last[0] !== 0x0a) await handle.appendFile('\n');
  } finally {
    await handle.close();
  }
}
