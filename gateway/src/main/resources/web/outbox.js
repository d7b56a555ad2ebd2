import {backoff} from './closing.js';

const ATTEMPTS = 5;

/**
 * What this person wrote and the server has not acknowledged yet, in order.
 *
 * One item is under way at a time, so that messages keep their order whatever is retried. A repeat carries the same clientId,
 * by which the server knows it: nothing is said twice. An item with `ask` first becomes a message, then starts an answer.
 */
export class Outbox {
  #items = [];
  #busy = false;
  #wire;

  /**
   * @param wire {ready() → whether sending makes sense now, call(type, data, done, failed), has(seq),
   *     conversation(seq) → [{role, content}], started(item, ack), changed()}
   */
  constructor(wire) {
    this.#wire = wire;
  }

  /** The items to show: what already stands in the log is left out, unless it still wants its answer. */
  list() {
    return this.#items;
  }

  /** @param ask the model to ask, or null for a plain message */
  add(content, ask) {
    this.#push({content, ask, seq: null, messages: null});
  }

  /** Asks for an answer to a conversation that the room has already. */
  askAgain(ask, messages) {
    this.#push({content: '', ask, seq: 0, messages});
  }

  /** Goes on with what waits; called after each join and each settled item. */
  pump() {
    const item = this.#items.find(each => each.phase === 'sending' || each.phase === 'asking');
    if (this.#busy || item === undefined || !this.#wire.ready()) return;
    this.#busy = true;
    if (item.phase === 'sending') this.#send(item);
    else this.#ask(item);
  }

  retry(item) {
    Object.assign(item, {phase: item.seq === null ? 'sending' : 'asking', failure: '', attempts: 0, rev: item.rev + 1});
    this.#changed();
    this.pump();
  }

  remove(item) {
    this.#items = this.#items.filter(each => each !== item);
    this.#changed();
  }

  /** The entry of one of our messages arrived: from now on the log shows it. */
  arrived(clientId, seq) {
    const item = this.#items.find(each => each.clientId === clientId);
    if (item === undefined) return;
    item.seq = seq;
    item.rev++;
    if (item.phase === 'sent' || (item.ask === null && item.phase === 'failed')) this.remove(item);
  }

  snapshot() {
    return this.#items.map(({key, kind, rev, ...item}) => item);
  }

  restore(items = []) {
    this.#items = items.map(item => ({...item, kind: 'pending', key: `o:${item.clientId}`, rev: 0}));
  }

  #push(item) {
    const clientId = crypto.randomUUID?.() ?? `${Date.now()}-${Math.random().toString(36).slice(2)}`;
    this.#items.push({key: `o:${clientId}`, kind: 'pending', rev: 0, clientId, at: Date.now(), failure: '', attempts: 0,
      phase: item.seq === null ? 'sending' : 'asking', ...item});
    this.#changed();
    this.pump();
  }

  #send(item) {
    const {clientId, content} = item;
    this.#wire.call('message:send', {clientId, content}, ack => this.#settled(() => {
      item.seq = ack.seq ?? 0;
      item.rev++;
      item.attempts = 0;
      item.phase = item.ask === null ? 'sent' : 'asking';
      if (item.phase === 'sent' && this.#wire.has(ack.seq)) this.remove(item);
    }), error => this.#failed(item, error));
  }

  #ask(item) {
    item.messages ??= [...this.#wire.conversation(item.seq), {role: 'user', content: item.content}];
    const data = {model: item.ask, messages: item.messages, clientId: `ask-${item.clientId}`.slice(0, 64), post: true};
    this.#wire.call('stream:start', data, ack => this.#settled(() => {
      this.#wire.started(item, ack);
      this.remove(item);
    }), error => this.#failed(item, error));
  }

  #failed(item, error) {
    this.#settled(() => {
      item.rev++;
      if (!error.retryable || (this.#wire.ready() && ++item.attempts >= ATTEMPTS)) {
        item.phase = 'failed';
        item.failure = error.message;
      }
    }, error.retryable ? (error.retryAfterMs ?? backoff(item.attempts)) : 0);
  }

  #settled(change, pauseMs = 0) {
    change();
    this.#changed();
    setTimeout(() => {
      this.#busy = false;
      this.pump();
    }, pauseMs);
  }

  #changed() {
    this.#wire.changed();
  }
}
