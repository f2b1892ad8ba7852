/** Helpers in Node: processes, because a thread that ONNX Runtime works in cannot be ended. */

import type { Reply } from './protocol.js';
import type { Helper } from './runtime.js';
import { Waiting } from './waiting.js';

/** Starts a process from the compiled worker, also when this file itself runs from source. */
export async function startHelper(): Promise<Helper> {
  // Loaded here, so that the package can be imported where there are no processes.
  const { fork } = await import('node:child_process');
  const { fileURLToPath } = await import('node:url');
  const built = fileURLToPath(new URL('./session-worker.js', import.meta.url)).replace(
    /([\\/])src([\\/]session[\\/])/,
    '$1dist$2',
  );
  const child = fork(built, [], {
    serialization: 'advanced',
    execArgv: [],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const waiting = new Waiting();
  const kill = () => child.kill('SIGKILL');
  process.once('exit', kill);
  child.once('exit', () => process.removeListener('exit', kill));
  // An idle one must not keep the program alive.
  child.unref();
  child.channel?.unref();
  child.on('message', (reply) => waiting.answer(reply as Reply));
  child.on('error', (error) => waiting.refuse(error));
  child.on('exit', (code, signal) => {
    waiting.refuse(new Error(`session: its process ended with ${signal ?? `code ${code}`}.`));
  });
  return {
    ask: (request) => {
      child.channel?.ref();
      return waiting
        .ask(() => child.send(request, (error) => error && waiting.refuse(error)))
        .finally(() => child.channel?.unref());
    },
    end: (reason) => {
      waiting.refuse(reason);
      kill();
    },
  };
}
