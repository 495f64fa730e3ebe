/** What a runner tells while it loads, all optional. */
export interface RunnerHooks {
  onLoad?(event: {
    readonly phase: 'verify' | 'download' | 'convert' | 'unpack' | 'quantise' | 'load' | 'ready';
    readonly model: string;
    readonly doneBytes?: number;
    readonly totalBytes?: number;
  }): void;
  onTokens?(event: { readonly newTokens: number; readonly promptTokens: number }): void;
  /**
   * Beginnings that prompts share take more memory than they may: told once. Or the disk, where those go that memory has no room for,
   * is full, or gave back another one than was written: what is missing is read again.
   */
  onUnheld?(event: {
    readonly model: string;
    readonly limitBytes: number;
    readonly disk?: 'full' | 'damaged' | undefined;
  }): void;
  /** A request failed and is made again after a wait. */
  onWait?(event: { readonly reason: string; readonly waitMs: number }): void;
  /** A worker of the model died: of itself, or ended by the system for lack of memory. */
  onWorkerDeath?(event: {
    readonly model: string;
    readonly reason: string;
    /** Another one takes its place; otherwise the place is given up. */
    readonly isRestarted: boolean;
    /** Prompts and texts that it had and that are tried again. */
    readonly requeued: number;
    /** Workers that are left, the new one among them; without any, nothing is answered any more. */
    readonly workers: number;
  }): void;
}
