/** The one question that a helper is answering. */

import { GraphError } from '../errors.js';
import type { Reply } from './protocol.js';

export class Waiting {
  private settle: { resolve: (reply: Reply) => void; reject: (error: Error) => void } | undefined;

  /** Sends a question and waits for its answer. */
  async ask(send: () => void): Promise<Exclude<Reply, { kind: 'failed' }>> {
    const reply = await new Promise<Reply>((resolve, reject) => {
      this.settle = { resolve, reject };
      send();
    });
    if (reply.kind !== 'failed') return reply;
    throw reply.input === 'user' ? new GraphError(reply.message) : new Error(reply.message);
  }

  answer(reply: Reply): void {
    this.take()?.resolve(reply);
  }

  refuse(error: Error): void {
    this.take()?.reject(error);
  }

  private take() {
    const { settle } = this;
    this.settle = undefined;
    return settle;
  }
}
