import {dayOf, make, renew} from './dom.js';
import {show} from './items.js';

const NEAR_END = 80;
const SAME_BREATH_MS = 300000;

/**
 * The list of messages, answers and what is being sent. It touches only what changed, stays at the newest end
 * while the reader is there, and stays put while they read further up.
 */
export class Timeline {
  #list = document.getElementById('timeline');
  #scroll = document.getElementById('scroll');
  #newest = document.getElementById('newest');
  #shown = new Map();
  #atEnd = true;

  constructor() {
    this.#scroll.addEventListener('scroll', () => {
      const {scrollHeight, scrollTop, clientHeight} = this.#scroll;
      this.#atEnd = scrollHeight - scrollTop - clientHeight < NEAR_END;
      if (this.#atEnd) this.#newest.hidden = true;
    }, {passive: true});
    this.#newest.addEventListener('click', () => this.toEnd());
    new ResizeObserver(() => this.#atEnd && this.toEnd()).observe(this.#scroll);
  }

  toEnd() {
    this.#atEnd = true;
    this.#newest.hidden = true;
    this.#scroll.scrollTop = this.#scroll.scrollHeight;
  }

  clear() {
    this.#shown.clear();
    this.#list.replaceChildren();
    this.#atEnd = true;
  }

  /** Shows these items, in this order; `about` as for `show`, with a `rev` that grows when names changed. */
  render(items, about) {
    const before = this.#scroll.scrollHeight;
    const top = this.#scroll.scrollTop;
    const grewAbove = this.#grewAbove(items);
    const wasEmpty = this.#shown.size === 0;
    let arrived = false;
    const next = new Map();
    let place = this.#list.firstElementChild;
    let previous = null;
    for (const item of items) {
      for (const {key, rev, build} of this.#parts(item, previous, about)) {
        const had = this.#shown.get(key);
        const element = had?.element ?? build();
        if (had === undefined) arrived = true;
        else if (had.rev !== rev) renew(element, build());
        if (element === place) place = place.nextElementSibling;
        else this.#list.insertBefore(element, place);
        next.set(key, {rev, element});
      }
      previous = item;
    }
    for (const [key, {element}] of this.#shown) {
      if (!next.has(key)) element.remove();
    }
    this.#shown = next;
    if (this.#atEnd) this.toEnd();
    else if (grewAbove) this.#scroll.scrollTop = top + this.#scroll.scrollHeight - before;
    else if (arrived && !wasEmpty) this.#newest.hidden = false;
  }

  #grewAbove(items) {
    return items.length > 0 && this.#shown.size > 0 && !this.#shown.has(items[0].key);
  }

  #parts(item, previous, about) {
    const parts = [];
    const day = Number.isFinite(item.at) ? dayOf(item.at) : null;
    if (day !== null && Number.isFinite(previous?.at) && dayOf(previous.at) !== day) {
      parts.push({key: `d:${item.key}`, rev: day, build: () => make('li', {className: 'day'}, make('span', {}, day))});
    }
    const joined = parts.length === 0 && sameBreath(item, previous, about.me);
    parts.push({key: item.key, rev: `${item.rev}/${about.rev}/${joined}/${item.key === about.sent}`, build: () => {
      const element = show(item, about);
      element.classList.toggle('joined', joined);
      return element;
    }});
    return parts;
  }
}

/** Whether an item goes on under the name above it, as people write several lines in a row. */
function sameBreath(item, previous, me) {
  const speaker = speakerOf(item, me);
  return speaker !== null && previous !== null && speaker === speakerOf(previous, me) && item.at - previous.at < SAME_BREATH_MS;
}

function speakerOf(item, me) {
  if (item.kind === 'pending') return item.seq === null ? me : null;
  return item.kind === 'message' && item.role !== 'assistant' ? item.sender : null;
}
