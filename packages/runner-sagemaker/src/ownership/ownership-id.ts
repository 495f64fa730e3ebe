import { randomUUID } from 'node:crypto';
import { readLedger } from './ownership-ledger.ts';

const known = new Map<string, Promise<string>>();

/**
 * What a run's resources are tagged with: the run's name and a part that no other run has, since folders of one name lie in
 * many projects. A run that is continued finds it in its ledger.
 */
export function ownershipId(ledgerFile: string, name: string): Promise<string> {
  let id = known.get(ledgerFile);
  if (id === undefined) {
    id = readLedger(ledgerFile).then(([first]) => first?.runId ?? `${name}-${randomUUID().slice(0, 8)}`);
    known.set(ledgerFile, id);
  }
  return id;
}
