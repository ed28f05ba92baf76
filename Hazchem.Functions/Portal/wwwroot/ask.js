import { h, newId } from './dom.js';

/**
 * Asks in a dialog of its own.
 * @param {object} question
 * @param {string} question.title
 * @param {(Node|string)[]} question.body
 * @param {string} question.yes What the button says that goes on.
 * @param {string} [question.no] What the one says that does not.
 * @param {string} [question.note] What to write down; then it must be.
 * @param {string} [question.hint] Of the note.
 * @returns {Promise<string|null>} What was written down, empty without a note; null for no.
 */
export function ask({ title, body, yes, no = 'Cancel', note = null, hint = null }) {
  const heading = newId();
  const field = newId();
  const hintId = newId();
  const text = note && h('textarea', { id: field, rows: 3, maxlength: 500, required: true, 'aria-describedby': hintId });
  const form = h('form', { method: 'dialog' },
    h('h2', { id: heading }, title),
    ...body.map(part => typeof part === 'string' ? h('p', {}, part) : part),
    note && h('label', { for: field }, note),
    text,
    note && h('p', { class: 'hint', id: hintId }, hint),
    h('p', { class: 'buttons' },
      h('button', { type: 'submit', class: 'main', value: 'yes' }, yes),
      h('button', { type: 'button', onclick: () => dialog.close('no') }, no)));
  const dialog = h('dialog', { class: 'ask', 'aria-labelledby': heading }, form);

  return new Promise(resolve => {
    dialog.addEventListener('close', () => {
      dialog.remove();
      resolve(dialog.returnValue === 'yes' ? text?.value.trim() ?? '' : null);
    });
    document.body.append(dialog);
    text?.addEventListener('input', () => text.setCustomValidity(text.value.trim() ? '' : 'Say in a few words why.'));
    dialog.showModal();
  });
}
