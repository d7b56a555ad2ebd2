import {make} from './dom.js';

/**
 * Shows the little markup that people and models write: fenced code blocks, paragraphs, `code` and **strong**. Everything
 * else stays as it was written, line breaks included.
 */
export function prose(text) {
  const box = make('div', {className: 'prose'});
  const fence = /^```([^\n`]*)\n([\s\S]*?)(?:\n```[ \t]*(?:\n|$)|$(?![\s\S]))/gm;
  let end = 0;
  for (const found of text.matchAll(fence)) {
    paragraphs(box, text.slice(end, found.index));
    box.append(make('pre', {tabIndex: 0}, make('code', {}, found[2])));
    end = found.index + found[0].length;
  }
  paragraphs(box, text.slice(end));
  return box;
}

function paragraphs(box, text) {
  for (const part of text.split(/\n{2,}/)) {
    const trimmed = part.replace(/^\n+|\n+$/g, '');
    if (trimmed !== '') box.append(make('p', {}, ...inline(trimmed)));
  }
}

function inline(text) {
  return text.split(/(`[^`\n]+`|\*\*[^*\n]+\*\*)/).map(part => {
    if (/^`[^`]+`$/.test(part)) return make('code', {}, part.slice(1, -1));
    if (/^\*\*[^*]+\*\*$/.test(part)) return make('strong', {}, part.slice(2, -2));
    return part;
  });
}
