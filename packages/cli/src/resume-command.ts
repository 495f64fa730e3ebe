import { resolve } from 'node:path';
import { shellCommand } from 'assay/internal';

/** Flags that name a run folder, each with what follows it. */
const FOLDER_FLAGS: ReadonlySet<string> = new Set(['--resume', '-o', '--output']);

/**
 * The command that continues with a run: as it was typed, so that every flag counts again, with the folder in place of
 * `--resume` or `-o`, and quoted for a POSIX shell. A watch makes runs of its own and is left out.
 */
export function resumeCommand(command: readonly string[], folder: string): string {
  return shellCommand([...withoutFolder(command), '--resume', resolve(folder)]);
}

/** The words of a command but for its run folder, and for the watch. */
export function withoutFolder(command: readonly string[]): string[] {
  const kept: string[] = [];
  for (let at = 0; at < command.length; at += 1) {
    const word = command[at]!;
    if (FOLDER_FLAGS.has(word)) {
      if (command[at + 1]?.startsWith('-') === false) at += 1;
    } else if (!/^(--(resume|output)=|-o.|--watch$)/.test(word)) kept.push(word);
  }
  return kept;
}
