/*
 * headway-progress.js - <headway-progress>: a live bar for every task of one Headway stream.
 *
 *   <script type="module" src="js/headway-progress.js"></script>
 *   <headway-progress src="events/backup" label="Backup"></headway-progress>
 *
 * Attributes  src     address of the stream, relative to the page ("events"); add /NAME for one task and
 *                     those below it, and the server's own parameters (?until=end, ?rate=2)
 *             crossorigin  "use-credentials": a stream of another origin gets the reader's cookies and
 *                     password; without it, it gets none
 *             label   what to call the task that has no name ("Progress")
 * Property    state   how the stream is: one of STATES in progress-stream.js
 * Events      progress     detail { task, subject, record }: a record arrived (task '' = the unnamed one)
 *             statechange  detail { state }
 * Parts       board status tasks task head words title name state percent bar message figures
 *             amount pace empty
 * Colours     --headway-accent, --headway-track, --headway-surface, --headway-muted
 *
 * Owns: which rows there are, their order, and when the page is painted (once a frame at most, however fast
 * records come). Never: speaks to the server (progress-stream.js) or fills a row (task-row.js).
 */

import { Announcer } from './announcer.js';
import { make, setText } from './dom.js';
import { timeText } from './format.js';
import { ProgressStream, STATES } from './progress-stream.js';
import { TaskRow } from './task-row.js';

const STATUS_WORDS = {
  [STATES.closed]: 'Stopped',
  [STATES.connecting]: 'Connecting…',
  [STATES.live]: 'Live',
  [STATES.away]: 'Waiting for the broker',
  [STATES.busy]: 'The server is busy, will try again',
  [STATES.reconnecting]: 'Reconnecting…',
  [STATES.offline]: 'Offline',
  [STATES.ended]: 'Finished',
};

const byName = new Intl.Collator(undefined, { numeric: true }).compare;

export class HeadwayProgress extends HTMLElement {
  static observedAttributes = ['src', 'crossorigin', 'label'];

  #stream = null;
  #records = new Map();   // task -> its latest whole record
  #rows = new Map();      // task -> TaskRow
  #names = [];            // the tasks on the page, in the order they stand there
  #subject = null;        // the task this stream is about: it stands first
  #changed = new Set();   // tasks whose row is not yet what the record says
  #frame = 0;
  #announcer = new Announcer();
  #board = make('section', 'board');
  #status = make('p', 'status');
  #tasks = make('ul', 'tasks');
  #empty = make('p', 'empty');

  constructor() {
    super();
    const style = document.createElement('link');
    style.rel = 'stylesheet';
    style.href = new URL('headway-progress.css', import.meta.url).href;
    // Not shown before its style is there. Without the style (a moved file) still better than nothing.
    this.#board.hidden = true;
    style.onload = style.onerror = () => { this.#board.hidden = false; };
    this.#tasks.setAttribute('role', 'list');  // Safari forgets that a list without bullets is one
    this.#empty.textContent = 'No task has reported yet.';
    this.#board.append(this.#status, this.#tasks, this.#empty, this.#announcer.element);
    this.attachShadow({ mode: 'open' }).append(style, this.#board);
  }

  get state() { return this.#stream?.state ?? STATES.closed; }

  connectedCallback() { this.#start(); }

  disconnectedCallback() { this.#stop(); }

  attributeChangedCallback(name, before, now) {
    if (!this.#stream || before === now) return;
    if (name !== 'label') {
      this.#stop();
      this.#start();
    } else {
      for (const task of this.#records.keys()) this.#touch(task);
    }
  }

  /* ---- the stream ---- */

  #start() {
    this.#forget();
    this.#subject = null;
    const stream = new ProgressStream(new URL(this.getAttribute('src') ?? 'events', this.baseURI), {
      withCredentials: this.getAttribute('crossorigin') === 'use-credentials',
    });
    stream.addEventListener('record', ({ detail }) => this.#onRecord(detail));
    stream.addEventListener('removed', ({ detail }) => this.#drop(detail.task));
    stream.addEventListener('resync', () => this.#forget());
    stream.addEventListener('statechange', ({ detail }) => this.#onState(detail.state));
    this.#stream = stream;
    stream.open();
  }

  #stop() {
    this.#stream?.close();
    this.#stream = null;
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
    this.#announcer.stop();
  }

  #onRecord({ record, subject }) {
    const task = record.task ?? '';
    if (subject) this.#subject = task;
    this.#announceEnd(task, record);
    this.#records.set(task, record);  // a frame is the whole record: replaced, never merged
    this.#touch(task);
    this.#tell('progress', { task, subject, record });
  }

  #drop(task) {
    this.#records.delete(task);
    this.#touch(task);
  }

  #forget() {
    for (const task of this.#records.keys()) this.#drop(task);
  }

  #onState(state) {
    this.#touch();
    if (state !== STATES.closed) this.#announcer.connectionChanged(STATUS_WORDS[state]);
    this.#tell('statechange', { state });
  }

  #announceEnd(task, record) {
    const before = this.#records.get(task);
    const wasRunning = before && before.state === undefined;
    if (wasRunning && record.state !== undefined) {
      this.#announcer.taskEnded(record.title ?? (task || this.#label), record);
    }
  }

  /* ---- the page ---- */

  get #label() { return this.getAttribute('label') ?? 'Progress'; }

  /** Something has to be painted. A hidden page has no frames: it catches up in one when it is looked at. */
  #touch(task) {
    if (task !== undefined) this.#changed.add(task);
    this.#frame ||= requestAnimationFrame(() => this.#paint());
  }

  #paint() {
    this.#frame = 0;
    for (const task of this.#changed) this.#paintTask(task);
    this.#changed.clear();
    this.#empty.hidden = this.#rows.size > 0 || this.state !== STATES.live;  // nothing known is not nothing
    this.#paintStatus();
  }

  #paintTask(task) {
    const record = this.#records.get(task);
    if (!record) {
      this.#removeRow(task);
      return;
    }
    const row = this.#rows.get(task) ?? this.#insertRow(task);
    row.show(record, { subject: task === this.#subject, fallback: this.#label });
  }

  #paintStatus() {
    const { state } = this;
    const lastHeard = this.#stream?.lastHeard;
    const stale = state !== STATES.live && state !== STATES.ended && lastHeard;
    this.#board.dataset.state = state;
    this.#board.toggleAttribute('data-stale', Boolean(stale));
    setText(this.#status, STATUS_WORDS[state] + (stale ? ` – shown as of ${timeText(lastHeard)}` : ''));
  }

  /** Rows stand by name, the subject first: nothing jumps about when tasks take turns in moving. */
  #insertRow(task) {
    const row = new TaskRow();
    const at = this.#place(task);
    this.#tasks.insertBefore(row.element, this.#rows.get(this.#names[at])?.element ?? null);
    this.#names.splice(at, 0, task);
    this.#rows.set(task, row);
    return row;
  }

  #removeRow(task) {
    const row = this.#rows.get(task);
    if (!row) return;
    row.element.remove();
    this.#rows.delete(task);
    this.#names.splice(this.#names.indexOf(task), 1);
  }

  #place(task) {
    let low = 0;
    let high = this.#names.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#before(this.#names[middle], task)) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #before(a, b) {
    if (a === this.#subject) return true;
    return b !== this.#subject && byName(a, b) < 0;
  }

  #tell(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}

customElements.define('headway-progress', HeadwayProgress);
