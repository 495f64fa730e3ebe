import { takesVolume } from '../aws/storage-volume.ts';
import { problem } from './cross-rule.ts';
import type { RequestProblem } from './validate-request.ts';

/** A key for a disk that is the machine's own: AWS encrypts that one itself, and refuses the request. */
export const ownDisk = (member: string, key: unknown, type: unknown): RequestProblem[] =>
  problem(
    member,
    `is a key for the volume of ${type}, whose disk is its own and takes none`,
    typeof key === 'string' && typeof type === 'string' && !takesVolume(type),
  );
