/** What the shell sees; the same for every command. */
export const EXIT = {
  passed: 0,
  gateFailed: 1,
  usage: 2,
  samplesFailed: 3,
  inconclusive: 4,
  interrupted: 130,
} as const;
