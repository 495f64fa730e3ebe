import { appendFile, open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { AssayError } from '../errors/assay-error.ts';
import { storageError } from '../storage/storage-error.ts';
import type { Approval } from './approval.ts';

/** Who did something, and why. */
export interface Actor {
  /** A name, an e-mail address, an ARN. */
  readonly by: string;
  readonly why?: string | undefined;
}

/** One thing that happened to a version. Lines of `history.jsonl` are added and never changed. */
export interface RegistryEvent {
  readonly version: number;
  readonly what: 'registered' | Approval;
  readonly at: string;
  readonly by: string;
  readonly why?: string;
}

const registryEvent: z.ZodType<RegistryEvent> = z.looseObject({
  version: z.int(),
  what: z.enum(['registered', 'PendingManualApproval', 'Approved', 'Rejected']),
  at: z.string(),
  by: z.string(),
  why: z.string().exactOptional(),
});

const historyFile = (registry: string, group: string): string => join(registry, group, 'history.jsonl');

/** Adds a line, on disk when it resolves. */
export async function addToHistory(registry: string, group: string, event: RegistryEvent): Promise<void> {
  const file = historyFile(registry, group);
  try {
    const handle = await open(file, 'a');
    try {
      // One write: lines of several processes never mix.
      await appendFile(handle, `${JSON.stringify(event)}\n`);
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch (cause) {
    throw storageError(cause, file);
  }
}

/** What happened to the versions of a group, oldest first. @throws AssayError REGISTRY_DAMAGED */
export async function readHistory(registry: string, group: string): Promise<RegistryEvent[]> {
  const file = historyFile(registry, group);
  const text = await readFile(file, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') return '';
    throw cause;
  });
  // A process that dies while it adds a line leaves a part of it, which says nothing.
  const lines = text.slice(0, text.lastIndexOf('\n') + 1).split('\n');
  return lines.flatMap((line, i) => {
    if (line === '') return [];
    const event = registryEvent.safeParse(parsed(line));
    if (event.success) return [event.data];
    throw new AssayError('REGISTRY_DAMAGED', `line ${i + 1} of ${file} does not hold what it should`, {
      hint: 'It was changed or damaged. Restore it from a copy.',
    });
  });
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
