import { userInfo } from 'node:os';

/** Who is to be asked about what is created on AWS. Containers often run as a user without a name. */
export function owner(): string {
  try {
    return userInfo().username;
  } catch {
    return 'assay';
  }
}
