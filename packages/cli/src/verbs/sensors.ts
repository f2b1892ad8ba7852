/** `sensors`: whose images are known, and what is known of them. */

import { SENSORS, type Sensor } from '@bandweave/image';
import type { Command } from 'commander';
import { type RunFlags, withExample, withRunFlags } from '../options/run.js';
import { print, printJson } from '../print.js';
import { table } from '../table.js';

export function register(program: Command): Command {
  const command = program
    .command('sensors')
    .description('The sensors that --sensor takes: bands, pixel sizes, bits, MTF gains.')
    .action(sensors);
  return withExample(withRunFlags(command), 'bandweave sensors', 'bandweave sensors --json');
}

function sensors({ json }: RunFlags): void {
  if (json) {
    printJson({ sensors: SENSORS });
    return;
  }
  const header = [
    'sensor',
    'title',
    'bands',
    'PAN m',
    'MS m',
    'ratio',
    'bits',
    'MTF gains MS',
    'PAN',
  ];
  print(table(header, SENSORS.map(row)));
  print('\n* not published: the value that the field takes for an unknown sensor');
}

function row(sensor: Sensor) {
  const { name, title, bands, panResolution, msResolution, ratio, bits, gainsPublished } = sensor;
  const gains = new Set(sensor.msGains).size === 1 ? sensor.msGains.slice(0, 1) : sensor.msGains;
  const mark = gainsPublished ? '' : ' *';
  return [
    name,
    title,
    bands.length === 0 ? 'any' : String(bands.length),
    panResolution === undefined ? '-' : String(panResolution),
    String(msResolution),
    String(ratio),
    String(bits),
    `${gains.join(' ')}${mark}`,
    panResolution === undefined ? '-' : `${sensor.panGain}${mark}`,
  ];
}
