import { InvokeEndpointCommand, type SageMakerRuntimeClient } from '@aws-sdk/client-sagemaker-runtime';
import { DirectInvocation } from './direct-invocation.ts';
import { type InvocationTarget, type Invoke, targetInput } from './invocation-target.ts';

/**
 * InvokeEndpoint: the answer in one piece. The SDK's client makes the first call, and the one after each failure: it finds
 * endpoint, credentials and clock. The others repeat that call with another body, for half the time.
 */
export function invokeRealtime(client: SageMakerRuntimeClient, target: InvocationTarget): Invoke {
  let direct: DirectInvocation | undefined;
  return async (body, signal) => {
    const bytes = Buffer.from(body);
    try {
      if (direct !== undefined) return await direct.send(bytes, signal);
      const command = new InvokeEndpointCommand({ ...targetInput(target), Body: bytes });
      let made: DirectInvocation | undefined;
      command.middlewareStack.add(
        (next) => (args) => {
          made = DirectInvocation.like(args.request, client);
          return next(args);
        },
        { step: 'deserialize', name: 'assayRemembersRequest' },
      );
      const { Body } = await client.send(command, { abortSignal: signal });
      direct = made;
      return Buffer.from(Body ?? []).toString('utf8');
    } catch (thrown) {
      direct = undefined;
      throw thrown;
    }
  };
}
