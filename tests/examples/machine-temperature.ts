import { benchmarkFile } from '../benchmark-data.js';

/** What the benchmark calls it. */
export const SERIES = 'realKnownCause/machine_temperature_system_failure.csv';

/** 22,695 readings of a machine's temperature, every 5 minutes for 11 weeks. */
export const MACHINE_TEMPERATURE = benchmarkFile('nab', 'data', ...SERIES.split('/'));
