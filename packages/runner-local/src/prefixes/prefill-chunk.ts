/** A prompt longer than this is read in several passes, with other work between them. */
export const PREFILL_CHUNK = 256;
