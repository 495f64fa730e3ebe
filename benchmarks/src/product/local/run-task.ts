import { LOCAL_TASKS } from './local-tasks.ts';

// One task in a process of its own, so that peaks of memory and threads do not mix: `node run-task.js NAME`.
const [, , name] = process.argv;
const task = LOCAL_TASKS.find((each) => each.name === name);
if (task === undefined) throw new Error(`there is no task ${name}`);
process.stdout.write(JSON.stringify(await task.run()));
process.exit(0);
