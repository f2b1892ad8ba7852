/**
 * The folder of a run, `WEIGHTS.training`: settings, checkpoint, the best weights so far and the
 * log. Files appear whole or not at all, and a checkpoint names the state that belongs to it by its
 * step, so that a run may be killed at any moment and goes on from the last checkpoint.
 */

import { existsSync } from 'node:fs';
import { appendFile, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { loadStateDict, type StateDict, type Trainer, writeSafetensors } from '@bandweave/graph';
import { InputError } from '@bandweave/image';
import type { Indices } from './evaluator.js';

/** What a checkpoint needs besides parameters and optimiser. */
export interface RunState {
  readonly step: number;
  /** Updates in all. */
  readonly total: number;
  /** Updates from one validation to the next. */
  readonly every: number;
  /** Seconds of training so far, over all sittings. */
  readonly seconds: number;
  /** The validation whose weights are kept. */
  readonly best?: { readonly step: number; readonly left: number; readonly indices: Indices };
  readonly sinceBest: number;
  readonly lastLoss: number;
}

/** One line of the log. */
export type LogEntry =
  | {
      readonly step: number;
      readonly seconds: number;
      /** Mean since the last such line. */
      readonly loss: number;
      readonly lr: number;
    }
  | ({
      readonly step: number;
      readonly seconds: number;
      /** Share of the starting image's error that is left; see `errorLeft`. */
      readonly left: number;
    } & Indices);

export interface RunFolder {
  readonly path: string;
  /** Settings that a resumed run must share, as JSON; written once. */
  begin(settings: unknown): Promise<void>;
  log(entry: LogEntry): Promise<void>;
  entries(): Promise<LogEntry[]>;
  keepBest(step: number, weights: StateDict): Promise<void>;
  best(step: number): Promise<StateDict>;
  save(trainer: Trainer, state: RunState): Promise<void>;
  /** Puts the trainer where the last checkpoint was; undefined where there is none. */
  resume(trainer: Trainer): Promise<RunState | undefined>;
  /** Removes what only a resumed run needs. */
  finish(): Promise<void>;
}

const CHECKPOINT = 'checkpoint.safetensors';

export function runFolder(path: string): RunFolder {
  const at = (name: string) => join(path, name);
  const stateName = (step: number) => `state-${step}.json`;
  const bestName = (step: number) => `best-${step}.safetensors`;
  const remove = async (keep: (name: string) => boolean) => {
    for (const name of await readdir(path)) {
      const ours = /^(state-\d+\.json|best-\d+\.safetensors)$/.test(name);
      if (ours && !keep(name)) await rm(at(name), { force: true });
    }
  };
  const readLog = async (): Promise<LogEntry[]> => {
    if (!existsSync(at('log.jsonl'))) return [];
    const lines = (await readFile(at('log.jsonl'), 'utf8')).split('\n');
    return lines.flatMap((line) => {
      try {
        return [JSON.parse(line) as LogEntry];
      } catch {
        // A line cut short by the kill belongs to what is done again.
        return [];
      }
    });
  };
  return {
    path,
    async begin(settings) {
      const text = `${JSON.stringify(settings, null, 2)}\n`;
      if (existsSync(at(CHECKPOINT))) {
        const old = await readFile(at('settings.json'), 'utf8').catch(() => '');
        if (old === text) return;
        throw new InputError(
          `${path}: expected the settings and data of the run that is resumed, got others; repeat its options or leave --resume out.`,
        );
      }
      await mkdir(path, { recursive: true });
      await whole(at('settings.json'), text);
    },
    log: (entry) => appendFile(at('log.jsonl'), `${JSON.stringify(entry)}\n`),
    entries: readLog,
    keepBest: (step, weights) => writeSafetensors(at(bestName(step)), weights),
    best: async (step) => (await loadStateDict(at(bestName(step)))).tensors,
    async save(trainer, state) {
      await whole(at(stateName(state.step)), JSON.stringify(state));
      await trainer.save(at(CHECKPOINT));
      const wanted = new Set([stateName(state.step), state.best && bestName(state.best.step)]);
      await remove((name) => wanted.has(name));
    },
    async resume(trainer) {
      if (!existsSync(at(CHECKPOINT))) return undefined;
      await trainer.load(at(CHECKPOINT));
      const state = JSON.parse(await readFile(at(stateName(trainer.steps)), 'utf8')) as RunState;
      const kept = (await readLog()).filter(({ step }) => step <= state.step);
      await whole(at('log.jsonl'), kept.map((entry) => `${JSON.stringify(entry)}\n`).join(''));
      return state;
    },
    async finish() {
      await rm(at(CHECKPOINT), { force: true });
      await remove(() => false);
    },
  };
}

async function whole(path: string, text: string): Promise<void> {
  await writeFile(`${path}.partial`, text);
  await rename(`${path}.partial`, path);
}
