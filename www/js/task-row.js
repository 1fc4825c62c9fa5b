/*
 * task-row.js - one task on the page: its name, its bar, its figures.
 *
 * Owns: the elements of one row, and what of a record goes into which.
 * Never: knows where records come from, or that there are other rows. Whatever a publisher wrote is set as
 * text, never as HTML.
 */

import { make, setText } from './dom.js';
import { amountText, etaText, percentText, rateText, stateText } from './format.js';

// The words say it all; the sign is there for eyes that skim, and never the colour alone.
const SIGNS = { done: '✓', failed: '✕', cancelled: '⊘', lost: '?' };

let serial = 0;  // ids only have to be unique inside one shadow root

export class TaskRow {
  element = make('li', 'task');
  #title = make('label', 'title');
  #name = make('span', 'name');
  #percent = make('span', 'percent');
  #bar = make('progress', 'bar');
  #state = make('span', 'state');
  #message = make('p', 'message');
  #amount = make('span', 'amount');
  #pace = make('span', 'pace');

  constructor() {
    this.#bar.id = this.#title.htmlFor = `task-${++serial}`;
    this.#bar.max = 100;
    this.#title.dir = this.#message.dir = 'auto';  // a publisher may write in any script
    const head = make('div', 'head');
    const words = make('div', 'words');
    words.append(this.#title, this.#name, this.#state);
    head.append(words, this.#percent);
    const figures = make('p', 'figures');
    figures.append(this.#amount, this.#pace);
    this.element.append(head, this.#bar, this.#message, figures);
  }

  /** Shows a whole record. fallback: what to call a task that has neither title nor name. */
  show(record, { subject = false, fallback = '' } = {}) {
    const { task = '', title, message = '', state, lap } = record;
    const heading = title ?? (task || fallback);
    setText(this.#title, heading);
    setText(this.#name, heading === task ? '' : task);
    setText(this.#percent, percentText(record));
    setText(this.#state, state ? `${SIGNS[state] ?? ''} ${stateText(record)}` : '');
    setText(this.#message, message);
    setText(this.#amount, list(amountText(record), lap && `lap ${lap}`));
    setText(this.#pace, state ? '' : list(rateText(record), etaText(record)));
    this.#showBar(record);
    this.element.classList.toggle('subject', subject);
    this.element.dataset.state = state ?? 'running';
  }

  #showBar({ percent, state }) {
    const known = percent !== undefined || state !== undefined;
    if (!known) {
      this.#bar.removeAttribute('value');  // indeterminate: it moves, nobody knows how far
      return;
    }
    const value = Number(percent ?? 0);
    // Less than before is a new lap or a new run. A bar that glides backwards would tell of work undone.
    this.#bar.classList.toggle('lap', value < this.#bar.value);
    this.#bar.value = value;
  }
}

/** What is known of several things, in one line. */
function list(...texts) {
  return texts.filter(Boolean).join(' · ');
}
