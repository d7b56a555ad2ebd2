const TYPING_EVERY_MS = 2000;
const encoder = new TextEncoder();
const MOST_BYTES = 65536;

/**
 * Where one writes: Enter sends, Shift+Enter makes a line, Ctrl+Enter or the button asks the assistant. It says that its user
 * is typing at most every two seconds, and that they stopped when the text is gone.
 */
export class Composer {
  #form = document.getElementById('composer');
  #text = document.getElementById('text');
  #ask = document.getElementById('ask');
  #send = document.getElementById('send');
  #model = document.getElementById('model');
  #modelLabel = document.getElementById('model-label');
  #on;
  #typingAt = 0;

  /** @param on {write(content, model|null), typing(active)} */
  constructor(on) {
    this.#on = on;
    this.#form.addEventListener('submit', event => {
      event.preventDefault();
      this.#write(null);
    });
    this.#ask.addEventListener('click', () => this.#write(this.#model.value || null));
    this.#text.addEventListener('input', () => this.#input());
    this.#text.addEventListener('blur', () => this.#stopTyping());
    this.#text.addEventListener('keydown', event => this.#key(event));
    this.#refresh();
  }

  focus() {
    this.#text.focus({preventScroll: true});
  }

  /** Whether there is anything to write to. */
  enable(possible) {
    this.#text.disabled = !possible;
  }

  /** What is written and not sent. */
  get draft() {
    return this.#text.value;
  }

  set draft(text) {
    this.#text.value = text;
    this.#refresh();
  }

  /** The models to choose from; without any, nothing can be asked. */
  models(names) {
    const chosen = this.#model.value;
    this.#model.replaceChildren(...names.map(name => new Option(name, name)));
    if (names.includes(chosen)) this.#model.value = chosen;
    this.#modelLabel.hidden = names.length < 2;
    this.#refresh();
  }

  #key(event) {
    if (event.key !== 'Enter' || event.isComposing) return;
    if (event.ctrlKey || event.metaKey) {
      event.preventDefault();
      this.#write(this.#model.value || null);
    } else if (!event.shiftKey) {
      event.preventDefault();
      this.#write(null);
    }
  }

  #write(model) {
    const content = this.#text.value.trim();
    if (content === '' || encoder.encode(content).length > MOST_BYTES) return;
    this.#text.value = '';
    this.#typingAt = 0; // the message itself ends the typing
    this.#refresh();
    this.focus();
    this.#on.write(content, model);
  }

  #input() {
    this.#refresh();
    const now = performance.now();
    if (this.#text.value.trim() === '') this.#stopTyping();
    else if (this.#typingAt === 0 || now - this.#typingAt >= TYPING_EVERY_MS) {
      this.#typingAt = now;
      this.#on.typing(true);
    }
  }

  #stopTyping() {
    if (this.#typingAt !== 0) this.#on.typing(false);
    this.#typingAt = 0;
  }

  #refresh() {
    const long = encoder.encode(this.#text.value.trim()).length > MOST_BYTES;
    const empty = this.#text.value.trim() === '';
    this.#text.setCustomValidity(long ? 'This message is too long: 65,536 bytes are the most.' : '');
    this.#text.classList.toggle('too-long', long);
    if (long) this.#text.reportValidity();
    this.#send.disabled = empty || long;
    this.#ask.disabled = empty || long || this.#model.value === '';
    this.#ask.title = this.#model.options.length === 0 ? 'This server offers no model' : 'Ask the assistant (Ctrl+Enter)';
    this.#text.style.height = 'auto';
    const wanted = this.#text.scrollHeight; // 0 as long as the page is not shown
    if (wanted > 0) this.#text.style.height = `${Math.min(wanted, 200)}px`;
  }
}
