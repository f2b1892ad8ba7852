/** Fields of a parsed config.json, checked, with messages that name the file. */

import { InputError } from '@bandweave/image';

const inRange = (value: unknown): value is number =>
  Number.isInteger(value) && (value as number) >= 1 && (value as number) <= 1e7;

/** Levels of a network: none has more, and a list is bounded before it is followed. */
const LEVELS = 16;

export function fieldsOf(json: unknown, file: string) {
  if (json === null || typeof json !== 'object' || Array.isArray(json)) {
    throw new InputError(`${file}: expected a JSON object, got another value; fetch it again.`);
  }
  const fields = json as Readonly<Record<string, unknown>>;
  const wrong = (name: string, expected: string): never => {
    const got = JSON.stringify(fields[name]) ?? 'none';
    throw new InputError(
      `${file}: expected ${name} as ${expected}, got ${got.slice(0, 80)}; take the file of the same model.`,
    );
  };
  /** Null stands for what is not stated, as Python writes it. */
  const given = (name: string, otherwise: unknown): unknown => fields[name] ?? otherwise;
  return {
    wrong,
    given,
    has: (name: string): boolean => fields[name] !== undefined && fields[name] !== null,
    count(name: string, otherwise?: number): number {
      const value = given(name, otherwise);
      return inRange(value) ? value : wrong(name, 'a whole number from 1');
    },
    counts(name: string, otherwise: readonly number[]): readonly number[] {
      const value = given(name, otherwise);
      const fits = Array.isArray(value) && value.length >= 1 && value.length <= LEVELS;
      return fits && value.every(inRange) ? value : wrong(name, 'a list of whole numbers from 1');
    },
    number(name: string, otherwise: number): number {
      const value = given(name, otherwise);
      return typeof value === 'number' && Number.isFinite(value) ? value : wrong(name, 'a number');
    },
    flag(name: string, otherwise: boolean): boolean {
      const value = given(name, otherwise);
      return typeof value === 'boolean' ? value : wrong(name, 'true or false');
    },
    oneOf<T extends string>(name: string, choices: readonly T[], otherwise: T): T {
      const value = given(name, otherwise);
      return choices.find((choice) => choice === value) ?? wrong(name, choices.join(' or '));
    },
    /** Nothing but this list; what is not stated is `otherwise`. */
    every(name: string, expected: readonly string[], otherwise: readonly string[]): void {
      const value = given(name, otherwise);
      if (JSON.stringify(value) !== JSON.stringify(expected)) wrong(name, expected.join(', '));
    },
    /** Options of other models, which change what the network computes. */
    plain(names: Readonly<Record<string, unknown>>): void {
      for (const [name, usual] of Object.entries(names)) {
        const value = given(name, usual);
        if (value !== usual) wrong(name, `${JSON.stringify(usual)} or not at all`);
      }
    },
  };
}
