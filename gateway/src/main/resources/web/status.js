import {setText} from './dom.js';

const WORDS = {connecting: 'Connecting…', connected: 'Connected', reconnecting: 'Reconnecting…', offline: 'Offline', refused: 'Stopped'};

/** How the connection is doing: a word in the header, and a sentence with a way out when something is wrong. */
export class Status {
  #status = document.getElementById('status');
  #word = document.getElementById('status-text');
  #banner = document.getElementById('banner');
  #text = document.getElementById('banner-text');
  #action = document.getElementById('banner-action');
  #ticking = null;

  /** @param state {phase, sentence, retryAt} @param action {label, run} of the button beside the sentence, or null */
  show({phase, sentence, retryAt}, action) {
    clearInterval(this.#ticking);
    this.#status.dataset.phase = phase;
    setText(this.#word, WORDS[phase]);
    if (phase === 'connecting' || phase === 'reconnecting') {
      // Short breaks are the normal life of a connection: the word in the header is enough.
      if (phase === 'connecting') this.#hide();
      return;
    }
    if (phase === 'connected') {
      this.#hide();
      return;
    }
    this.#say(sentence, action);
    if (retryAt !== null) {
      const tick = () => {
        const seconds = Math.ceil((retryAt - Date.now()) / 1000);
        setText(this.#text, seconds > 0 ? `${sentence} Trying again in ${seconds} s; what you write is kept.` : 'Trying again…');
      };
      tick();
      this.#ticking = setInterval(tick, 1000);
    } else if (phase === 'offline') setText(this.#text, 'Trying again…');
  }

  /** A sentence that is not about the connection, e.g. a room that may not be entered. */
  say(sentence, action = null) {
    clearInterval(this.#ticking);
    this.#say(sentence, action);
  }

  #say(sentence, action) {
    setText(this.#text, sentence);
    this.#action.hidden = action === null;
    if (action !== null) {
      setText(this.#action, action.label);
      this.#action.onclick = action.run;
    }
    this.#banner.hidden = false;
  }

  #hide() {
    this.#banner.hidden = true;
  }
}
