/*
 * announcer.js - what a screen reader is told without being asked.
 *
 * Owns: one live region, and the choice of what is worth interrupting a listener for: that the connection
 * changed, that a task ended. Never: a tick. The bars themselves can be read at any time.
 */

import { stateText } from './format.js';

const AT_ONCE = 3;        // more ends than this at a time are counted, not read out
const GATHER_MS = 1_000;  // things that happen together are said together

export class Announcer {
  element = document.createElement('p');
  #ends = [];
  #connection = '';
  #timer = 0;

  constructor() {
    this.element.className = 'announcer';
    this.element.setAttribute('role', 'status');  // polite: waits until the reader has finished a sentence
  }

  connectionChanged(text) {
    this.#connection = text;
    this.#later();
  }

  taskEnded(name, record) {
    this.#ends.push(`${name}: ${stateText(record)}`);
    this.#later();
  }

  stop() {
    clearTimeout(this.#timer);
    this.#timer = 0;
    this.#ends = [];
    this.#connection = '';
  }

  #later() {
    this.#timer ||= setTimeout(() => this.#speak(), GATHER_MS);
  }

  #speak() {
    const ends = this.#ends.length > AT_ONCE ? [`${this.#ends.length} tasks have ended`] : this.#ends;
    this.element.textContent = [this.#connection, ...ends].filter(Boolean).join('. ');
    this.stop();
  }
}
