/**
 * Makes an element with properties and children. Children are elements or text; text never becomes markup, which is what keeps
 * everything that people and models write from being run.
 */
export function make(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name === 'dataset') Object.assign(element.dataset, value);
    else if (name in element) element[name] = value;
    else element.setAttribute(name, value);
  }
  element.append(...children.filter(child => child !== null && child !== ''));
  return element;
}

/** Changes an element's text only if it differs, so that live regions and selections are left alone. */
export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** A person's colour, one of eight classes, and initials, the same for everyone and every time. */
export function avatar(name, key = name) {
  let hash = 0;
  for (const sign of key) hash = (hash * 31 + sign.codePointAt(0)) >>> 0;
  const initials = [...name.trim()][0] ?? '?';
  return make('span', {className: `avatar hue-${hash % 8}`, 'aria-hidden': 'true'}, initials.toUpperCase());
}

const clock = new Intl.DateTimeFormat(undefined, {hour: '2-digit', minute: '2-digit'});
const day = new Intl.DateTimeFormat(undefined, {weekday: 'long', day: 'numeric', month: 'long'});

/** The time of day of a moment, as an element that machines can read too. */
export function time(at) {
  const moment = new Date(at);
  return make('time', {dateTime: moment.toISOString(), title: moment.toLocaleString()}, clock.format(moment));
}

/** The day of a moment in words. */
export const dayOf = at => day.format(new Date(at));

/**
 * Makes an element equal to a fresh one, keeping every part that is equal already: a text that grows leaves the reader's
 * selection, the focus and an opened detail alone. Buttons are replaced whole, because they carry what they do.
 */
export function renew(element, fresh) {
  for (const {name, value} of fresh.attributes) {
    if (element.getAttribute(name) !== value) element.setAttribute(name, value);
  }
  const had = [...element.childNodes];
  const wanted = [...fresh.childNodes];
  wanted.forEach((want, i) => {
    const old = had[i];
    if (old === undefined) element.append(want);
    else if (old.isEqualNode(want)) return;
    else if (old.nodeType === Node.TEXT_NODE && want.nodeType === Node.TEXT_NODE) old.data = want.data;
    else if (alike(old, want)) renew(old, want);
    else old.replaceWith(want);
  });
  had.slice(wanted.length).forEach(extra => extra.remove());
}

const alike = (a, b) => a.nodeName === b.nodeName && a.className === b.className && a.nodeName !== 'BUTTON'
  && a.nodeType === Node.ELEMENT_NODE;
