/** One thing that a pipeline needs of AWS: there, or missing. */
export interface DoctorFinding {
  readonly check: 'identity' | 'sagemaker' | 'bucket' | 'role' | 'image' | 'quota' | 'pipeline';
  readonly ok: boolean;
  /** What was found, or what is missing. */
  readonly message: string;
  readonly hint?: string;
}
