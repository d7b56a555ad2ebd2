const TYPING_LIMIT_MS = 15000;

/**
 * Who is in the room and who types: ephemeral, the latest wins. Only names are worth keeping over a reload.
 */
export class Roster {
  #people = new Map();
  #names = new Map();
  #typing = new Map();
  #version = -1;
  #count = null;
  /** Whether this is only how it was before the connection broke. */
  stale = true;

  /** Takes the whole roster, as the answer to a join brings it. */
  replace(participants = [], version = -1) {
    this.#people.clear();
    participants.forEach(presence => this.#put(presence));
    this.#typing.clear();
    this.#version = version;
    this.#count = null;
    this.stale = false;
  }

  /** The connection is gone: who was here is still shown, as a guess, until the next join tells. */
  doubt() {
    this.#typing.clear();
    this.stale = true;
  }

  /**
   * Takes one presence or typing event; `skewMs` is the server's clock minus ours, for the ends of typing.
   *
   * @returns {boolean} whether it was such an event
   */
  on({type, data}, now, skewMs) {
    const users = data.users ?? [];
    switch (type) {
      case 'user:join':
      case 'presence:update':
        if (this.#isNew(data)) users.forEach(presence => this.#put(presence));
        return true;
      case 'user:leave':
        if (this.#isNew(data)) users.forEach(({user}) => this.#remove(user));
        return true;
      case 'presence:count':
        this.#count = data.online;
        return true;
      case 'typing:start':
        users.forEach(who => this.#typing.set(who.user, Math.min(who.expiresAt - skewMs, now + TYPING_LIMIT_MS)));
        return true;
      case 'typing:stop':
        users.forEach(({user}) => this.#typing.delete(user));
        return true;
      default:
        return false;
    }
  }

  /** Ends the typing whose time is over; a server that fell silent must not leave somebody typing for ever. */
  expire(now) {
    const before = this.#typing.size;
    for (const [user, until] of this.#typing) {
      if (until <= now) this.#typing.delete(user);
    }
    return this.#typing.size !== before;
  }

  /** A message ends its sender's typing even when the server's word for it comes later. */
  wrote(user) {
    this.#typing.delete(user);
  }

  people() {
    return [...this.#people.values()].sort((a, b) => label(a).localeCompare(label(b)));
  }

  /** How many are here: counted by the server in very large rooms. */
  get online() {
    return this.#count ?? this.#people.size;
  }

  typing(except) {
    return [...this.#typing.keys()].filter(user => user !== except).map(user => this.nameOf(user));
  }

  nameOf(user) {
    return this.#names.get(user) ?? user;
  }

  /** The names of everyone seen so far, also of those who have left, for those who wrote something. */
  snapshot() {
    return [...this.#names].slice(-500);
  }

  restore(names = []) {
    this.#names = new Map(names);
  }

  #isNew({version}) {
    if (!Number.isFinite(version)) return true;
    if (version < this.#version) return false;
    this.#version = version;
    return true;
  }

  #put(presence) {
    if (presence.name) this.#names.set(presence.user, presence.name);
    if (presence.status === 'OFFLINE') this.#remove(presence.user);
    else this.#people.set(presence.user, presence);
  }

  #remove(user) {
    this.#people.delete(user);
    this.#typing.delete(user);
  }
}

const label = presence => presence.name || presence.user;
