const GROUP_NAME = /^[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}$/;

/** Whether SageMaker could have a model package group of this name; no such name leaves the registry's folder either. */
export function isGroupName(name: string): boolean {
  return GROUP_NAME.test(name);
}
