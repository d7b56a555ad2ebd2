const KEPT = 300;

/**
 * The entries of one room as this tab knows them, by seq, and the cursor (epoch, seq) up to which nothing is missing.
 *
 * Pure: it does no I/O. Applying an entry twice changes nothing, whatever order repeats come in.
 */
export class Log {
  epoch = null;
  seq = 0;
  /** Whether the room has entries older than those held here. */
  more = false;
  #messages = new Map();
  #loose = [];

  /** Starts anew at a head: after another epoch, or when too much was missed. */
  reset(epoch, head) {
    this.epoch = epoch;
    this.seq = head;
    this.more = head > 0;
    this.#messages.clear();
    this.#loose = [];
  }

  /** Takes one envelope of the room's log; does not move the cursor. */
  put({type, seq, data}) {
    if (type === 'message:new') this.#add(seq, data);
    else this.#amend(type, seq, data);
  }

  /** Says that everything up to `seq` is known. */
  advance(seq) {
    this.seq = Math.max(this.seq, seq);
  }

  has(seq) {
    return this.#messages.has(seq);
  }

  get oldest() {
    return this.messages().find(message => message.seq !== null)?.seq ?? null;
  }

  /** All messages in order; those that have no seq (at-most-once) stand where they came. */
  messages() {
    const all = [...this.#messages.values(), ...this.#loose];
    return all.sort((a, b) => (a.seq ?? a.after + 0.5) - (b.seq ?? b.after + 0.5));
  }

  snapshot() {
    const all = [...this.#messages.values()].sort((a, b) => a.seq - b.seq);
    const {epoch, seq} = this;
    return {epoch, seq, more: this.more || all.length > KEPT, messages: all.slice(-KEPT)};
  }

  restore(state) {
    this.epoch = state.epoch;
    this.seq = state.seq;
    this.more = state.more;
    this.#messages = new Map(state.messages.map(message => [message.seq, message]));
  }

  #add(seq, data) {
    const known = seq != null ? this.#messages.get(seq) : this.#loose.find(m => m.messageId === data.messageId);
    if (known !== undefined) return;
    const {messageId, clientId, sender, role = 'user', content = '', at, edited, deleted = false, agentId} = data;
    const message = {
      key: `m:${messageId}`, kind: 'message', rev: 0, seq: seq ?? null, messageId, clientId, sender, role, content, at, agentId,
      editedSeq: edited?.seq ?? 0, deleted,
    };
    if (seq != null) this.#messages.set(seq, message);
    else this.#loose.push({...message, after: this.seq});
  }

  #amend(type, seq, data) {
    const message = this.#messages.get(data.target);
    if (message === undefined) return;
    if (type === 'message:delete') {
      message.deleted = true;
      message.content = '';
    } else if (type === 'message:update' && seq > message.editedSeq && !message.deleted) {
      message.content = data.content;
      message.editedSeq = seq;
    }
    message.rev++;
  }
}
