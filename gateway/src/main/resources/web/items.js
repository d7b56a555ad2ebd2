import {avatar, make, time} from './dom.js';
import {prose} from './prose.js';

/**
 * How one item of the timeline looks. Each function makes a whole new element; the timeline calls it when the item changed.
 *
 * @typedef about {nameOf(user), me, live: whether the room is connected, sent: the key of the message to mark as sent, act: {stop, askAgain, retry, remove}}
 */
export function show(item, about) {
  if (item.kind === 'answer') return answer(item, about);
  if (item.kind === 'pending') return pending(item, about);
  return message(item, about);
}

function message(item, about) {
  const assistant = item.role === 'assistant';
  const name = assistant ? (item.agentId ?? 'Assistant') : about.nameOf(item.sender);
  const body = item.deleted ? make('p', {className: 'gone'}, 'This message was deleted.') : prose(item.content);
  const notes = item.editedSeq > 0 && !item.deleted ? make('span', {className: 'note'}, 'edited')
    : item.key === about.sent ? make('p', {className: 'note'}, 'Sent') : '';
  return row({className: `item message ${assistant ? 'answer' : item.role}`, dataset: {seq: item.seq ?? '', sender: item.sender}},
    assistant ? spark() : avatar(name, item.sender),
    head(name, item.sender === about.me && !assistant ? 'you' : '', item.at), body, notes);
}

function pending(item, {me, live, nameOf, act}) {
  const asking = item.phase === 'asking';
  const failed = item.phase === 'failed';
  const said = item.seq === null; // with a seq the log shows it already
  const failedAsk = failed && !said;
  const status = failed
    ? make('p', {className: 'note failed', role: 'alert'},
      `${failedAsk ? 'The assistant could not be asked' : 'Not sent'}: ${item.failure} `,
      make('button', {type: 'button', onclick: () => act.retry(item)}, 'Try again'), ' ',
      make('button', {type: 'button', className: 'quiet', onclick: () => act.remove(item)}, 'Discard'))
    : make('p', {className: 'note'}, asking && live ? 'Asking the assistant…' : item.phase === 'sent' ? 'Sent' : live ? 'Sending…' : 'Waiting for the connection…');
  const properties = {className: `item message pending ${item.phase}`, dataset: {phase: item.phase}};
  if (!said) return row(properties, spark(), '', status);
  return row(properties, avatar(nameOf(me), me), head(nameOf(me), 'you', item.at), prose(item.content), status);
}

function answer(item, {nameOf, me, act}) {
  const asked = item.user === null ? '' : item.user === me ? 'asked by you' : `asked by ${nameOf(item.user)}`;
  const model = item.model.toLowerCase() === 'assistant' ? '' : item.model;
  const about = [model, asked].filter(part => part).join(' · ');
  const {text, reasoning} = item;
  const thoughts = reasoning === '' ? '' : make('details', {className: 'reasoning'}, make('summary', {}, 'Reasoning'), prose(reasoning));
  return row({className: `item answer ${item.status.toLowerCase()}`, dataset: {stream: item.streamId, status: item.status},
    'aria-busy': String(item.running)}, spark(), head(item.agentId ?? 'Assistant', about, item.at), thoughts,
  text === '' ? '' : prose(text), foot(item, act, item.user === me));
}

function foot(item, act, mine) {
  if (item.running) {
    const words = {failover: 'Trying another provider…', continued: 'Going on…', reset: 'Starting that part again…', paused: 'Paused'};
    const stop = make('button', {type: 'button', className: 'quiet', onclick: () => act.stop(item)}, 'Stop');
    return make('p', {className: 'note writing'}, make('span', {className: 'pulse', 'aria-hidden': 'true'}),
      words[item.notice] ?? (item.text === '' ? 'Thinking…' : 'Writing…'), mine ? stop : '');
  }
  const again = make('button', {type: 'button', onclick: () => act.askAgain(item)}, 'Ask again');
  if (item.status === 'FAILED') {
    const part = item.text === '' ? 'No answer came' : 'The answer broke off here';
    return make('p', {className: 'note failed'}, `${part}. ${item.error} `, again);
  }
  if (item.status === 'CANCELLED') return make('p', {className: 'note'}, 'Stopped. ', again);
  return make('p', {className: 'note figures'}, figures(item));
}

function figures({usage, metrics}) {
  const tokens = usage?.completionTokens;
  const seconds = metrics?.durationMs / 1000;
  return [Number.isFinite(tokens) ? `${tokens} tokens` : '', Number.isFinite(seconds) ? `${seconds.toFixed(1)} s` : '']
    .filter(part => part !== '').join(' · ');
}

function row(properties, face, ...content) {
  return make('li', properties, face, make('div', {className: 'content'}, ...content));
}

function head(name, about, at) {
  return make('p', {className: 'head'}, make('strong', {className: 'name'}, name),
    about ? make('span', {className: 'about'}, about) : '', Number.isFinite(at) ? time(at) : '');
}

const spark = () => make('span', {className: 'avatar spark', 'aria-hidden': 'true'}, '✦');
