import {Answer} from './answer.js';

const KEPT = 40;

/**
 * The answers of the room: takes `stream:*` events, attaches from the own position wherever something is missing, and
 * reads the state over HTTP where attaching does not help.
 */
export class Answers {
  #all = new Map();
  #attaching = new Set();
  #wire;

  /**
   * @param wire {call(type, data, done, failed), state(streamId) → Promise of the State or null when it is gone,
   *     anchor() → seq, changed()}
   */
  constructor(wire) {
    this.#wire = wire;
  }

  list() {
    return [...this.#all.values()];
  }

  get(streamId) {
    return this.#all.get(streamId);
  }

  /** Makes the answer known before its first event, e.g. from the ack of `stream:start`. */
  expect(streamId, about = {}) {
    let answer = this.#all.get(streamId);
    if (answer === undefined) {
      answer = new Answer(streamId, this.#wire.anchor());
      answer.open(about);
      this.#all.set(streamId, answer);
      this.#wire.changed();
    }
    return answer;
  }

  /** After a join: goes on with what runs, whether this tab has seen it before or not. */
  joined(streams = []) {
    this.#attaching.clear();
    streams.forEach(({streamId}) => this.expect(streamId));
    this.list().filter(answer => answer.running).forEach(answer => this.#attach(answer));
  }

  /** @returns {boolean} whether it was an event of a stream */
  on({type, data}) {
    if (!type.startsWith('stream:') || data.streamId === undefined) return type.startsWith('stream:');
    const known = this.#all.has(data.streamId);
    const answer = this.expect(data.streamId);
    if (type === 'stream:open') answer.open(data);
    else if (type === 'stream:chunk') this.#handle(answer, answer.chunk(data));
    else if (type === 'stream:notice') this.#handle(answer, answer.note(data));
    else if (type === 'stream:end') this.#handle(answer, answer.end(data));
    if (!known && type !== 'stream:open') this.#describe(answer);
    this.#wire.changed();
    return true;
  }

  /** The finished text as a message of the room: the whole of it is known, whatever events are still under way. */
  posted(streamId, {content, at}) {
    const answer = this.#all.get(streamId);
    if (answer?.at === null) answer.open({at});
    if (answer !== undefined && answer.running && answer.text !== content) this.#refresh(answer);
  }

  stop(streamId) {
    this.#wire.call('stream:cancel', {streamId}, () => {}, () => {});
  }

  snapshot() {
    return this.list().slice(-KEPT).map(answer => answer.snapshot());
  }

  restore(states = []) {
    this.#all = new Map(states.map(state => [state.streamId, Answer.restore(state)]));
  }

  #handle(answer, outcome) {
    if (outcome === 'hole') this.#attach(answer);
    else if (outcome === 'overlap') this.#refresh(answer);
  }

  #attach(answer) {
    const {streamId, position, epoch} = answer;
    if (this.#attaching.has(streamId)) return;
    this.#attaching.add(streamId);
    const data = position > 0 && epoch ? {streamId, after: position, epoch} : {streamId, after: 0};
    this.#wire.call('stream:attach', data, ack => {
      this.#attaching.delete(streamId);
      if (position > 0 && ack.recovered === false) answer.rewind(ack.epoch);
      answer.epoch ??= ack.epoch;
      if (answer.user === null || answer.model === '') this.#describe(answer);
    }, error => {
      this.#attaching.delete(streamId);
      if (!error.retryable) this.#refresh(answer);
    });
  }

  /** Who asked and which model: a stream that was joined in the middle did not say so. */
  async #describe(answer) {
    const state = await this.#wire.state(answer.streamId).catch(() => null);
    if (state !== null) answer.open({model: state.model, agentId: state.agentId});
    this.#wire.changed();
  }

  async #refresh(answer) {
    const {streamId} = answer;
    if (this.#attaching.has(streamId)) return;
    this.#attaching.add(streamId);
    try {
      const state = await this.#wire.state(streamId);
      if (state === null) answer.lose('The rest of this answer is no longer kept by the server.');
      else answer.replace(state);
      this.#attaching.delete(streamId);
      if (answer.running) this.#attach(answer);
    } catch {
      // The server cannot be reached: the next join attaches again.
      this.#attaching.delete(streamId);
    }
    this.#wire.changed();
  }
}
