/*
 * format.js - what a record's figures are called in the reader's own language.
 *
 * Owns: numbers, units, percent, durations and the words for a state, as plain strings.
 * Never: touches the page. Never rounds up: 99.99 % is not yet 100 %.
 */

const LOCALE = undefined;  // the browser's own

const short = new Intl.NumberFormat(LOCALE, { maximumFractionDigits: 2 });
// Always as many digits: a figure that grows and shrinks by one pulls at the eye.
const scaled = new Intl.NumberFormat(LOCALE, { minimumFractionDigits: 2, maximumFractionDigits: 2 });
const rough = new Intl.NumberFormat(LOCALE, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
const percent = new Intl.NumberFormat(LOCALE, { style: 'percent', maximumFractionDigits: 0 });
const clock = new Intl.DateTimeFormat(LOCALE, { timeStyle: 'medium' });

const BYTE_UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];

const STATE_WORDS = { done: 'Done', failed: 'Failed', cancelled: 'Cancelled', lost: 'Lost' };

const DURATION_UNITS = [['day', 86_400], ['hour', 3_600], ['minute', 60], ['second', 1]];

/** "45 %"; '' when nobody knows the total. The broker sends "45.00", cut off and never rounded. */
export function percentText(record) {
  return record.percent === undefined ? '' : percent.format(Math.floor(Number(record.percent)) / 100);
}

/** "45 of 100", "1.20 of 3.40 GiB", "812 files"; '' when nothing was said. */
export function amountText({ moved, total, unit, state }) {
  if (moved === undefined) return '';
  // Done is 100 %, whatever the last numbers were: "3 of 12" beside it would only puzzle.
  if (state === 'done' && total > moved) return '';
  const { size, name, digits } = scaleFor(total ?? moved, unit);
  const amount = total === undefined
    ? digits.format(moved / size)
    : `${digits.format(moved / size)} of ${digits.format(total / size)}`;
  return name ? `${amount} ${name}` : amount;
}

/** "12.5 MiB/s", "3.0/s" for a task that counts steps. */
export function rateText({ rate, unit }) {
  if (rate === undefined) return '';
  const { size, name } = scaleFor(rate, unit);
  return `${rough.format(rate / size)}${name ? ` ${name}` : ''}/s`;
}

/** "3 minutes left", in the largest unit that is not zero: an estimate is not worth more digits. */
export function etaText({ eta }) {
  if (eta === undefined) return '';
  const [name, seconds] = DURATION_UNITS.find(([, size]) => eta >= size) ?? ['second', 1];
  const format = new Intl.NumberFormat(LOCALE,
    { style: 'unit', unit: name, unitDisplay: 'long', maximumFractionDigits: 0 });
  return `${format.format(Math.ceil(eta / seconds))} left`;
}

/** "Failed (exit 3)", "Lost (signal KILL)"; '' while it runs. */
export function stateText({ state, exit, signal }) {
  const word = STATE_WORDS[state];
  if (!word) return '';
  if (signal !== undefined) return `${word} (signal ${signal})`;
  return exit ? `${word} (exit ${exit})` : word;
}

/** The time of day of a Date. */
export function timeText(date) {
  return clock.format(date);
}

/** Bytes are told in the power of 1024 that suits the largest figure; every other unit as it came. */
function scaleFor(largest, unit) {
  if (unit !== 'B' || largest < 1024) return { size: 1, name: unit, digits: short };
  const power = Math.min(BYTE_UNITS.length - 1, Math.floor(Math.log2(largest) / 10));
  return { size: 1024 ** power, name: BYTE_UNITS[power], digits: scaled };
}
