import { containerRules } from './container-rules.ts';
import { type CrossRule, list, object, problem, repeated } from './cross-rule.ts';
import { endpointRules } from './endpoint-rules.ts';
import { jobRules } from './job-rules.ts';
import type { RequestProblem } from './validate-request.ts';

const TAGGED = `CreateModel CreateModelPackage CreateModelPackageGroup CreateEndpointConfig CreateEndpoint
  CreateInferenceComponent CreateProcessingJob CreateTrainingJob CreateTransformJob CreatePipeline`.split(/\s+/);

/** Every rule between members of a request to SageMaker, by name. */
export const CROSS_RULES: Readonly<Record<string, CrossRule>> = {
  'a tag’s key once': {
    operations: TAGGED,
    problems: ({ Tags }) =>
      repeated(
        'Tags',
        list(Tags).map(({ Key }) => Key),
      ),
  },
  'no tag of AWS': {
    operations: TAGGED,
    problems: ({ Tags }) =>
      list(Tags).flatMap(({ Key }, i) =>
        problem(
          `Tags[${i}].Key`,
          'begins with aws:, which is AWS’s own',
          typeof Key === 'string' && /^aws:/i.test(Key),
        ),
      ),
  },
  ...containerRules,
  ...endpointRules,
  ...jobRules,
};

/** Problems between members of a request to SageMaker. */
export const crossProblems = (operation: string, input: unknown): RequestProblem[] =>
  Object.values(CROSS_RULES).flatMap(({ operations, problems }) =>
    operations.includes(operation) ? problems(object(input)) : [],
  );
