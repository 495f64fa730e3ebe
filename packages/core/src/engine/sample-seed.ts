import { hashSeed } from '@assay/metrics';

/** A seed that depends on the sample and the purpose alone, never on order, batch or thread. */
export function sampleSeed(runSeed: number, sampleDigest: string, purpose: string): number {
  return hashSeed(runSeed, sampleDigest, purpose);
}
