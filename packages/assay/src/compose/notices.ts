/** What is told to people while models load and a run goes on. Texts may quote hostile ones: who shows them escapes them. */
export interface Notices {
  /** One line. */
  note(text: string): void;
  /** How much of a download is here. @param totalBytes null where the server does not tell */
  transfer(name: string, doneBytes: number, totalBytes: number | null): void;
  /** Tokens as a model generates them. */
  addTokens(model: string, newTokens: number): void;
}

/** Tells nobody: what a library does unless it is asked. */
export const SILENT: Notices = { note: () => {}, transfer: () => {}, addTokens: () => {} };
