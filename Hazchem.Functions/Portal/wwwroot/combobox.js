import { get } from './api.js';
import { h, newId } from './dom.js';
import { count } from './words.js';

const PauseBeforeAsking = 150;

/**
 * A field for a consignment's number that suggests those that begin like what is written: the editable combobox with a
 * list of the ARIA Authoring Practices.
 * @param {string} value
 * @param {(number: string) => void} choose
 * @param {AbortSignal} signal
 */
export function combobox(value, choose, signal) {
  const listId = newId();
  const fieldId = newId();
  const hintId = newId();
  const list = h('ul', { id: listId, role: 'listbox', 'aria-label': 'Consignments', hidden: true });
  const found = h('p', { class: 'unseen', role: 'status' });
  const field = h('input', {
    id: fieldId,
    type: 'text',
    role: 'combobox',
    value,
    autocomplete: 'off',
    autocapitalize: 'characters',
    spellcheck: 'false',
    maxlength: 40,
    'aria-autocomplete': 'list',
    'aria-expanded': 'false',
    'aria-controls': listId,
    'aria-describedby': hintId,
  });
  let active = -1;
  let timer = null;
  let asked = 0;

  const close = () => {
    clearTimeout(timer);
    asked++;
    list.hidden = true;
    field.setAttribute('aria-expanded', 'false');
    activate(-1);
  };

  const activate = index => {
    active = index;
    [...list.children].forEach((option, i) => option.setAttribute('aria-selected', i === index ? 'true' : 'false'));
    if (index < 0) {
      field.removeAttribute('aria-activedescendant');
    } else {
      field.setAttribute('aria-activedescendant', list.children[index].id);
      list.children[index].scrollIntoView({ block: 'nearest' });
    }
  };

  const pick = number => {
    field.value = number;
    close();
    choose(number);
  };

  const suggest = async () => {
    const prefix = field.value.trim();
    const mine = ++asked;
    if (!prefix) {
      close();
      return;
    }

    let numbers;
    try {
      numbers = (await get(`consignments?prefix=${encodeURIComponent(prefix)}`, signal)).consignments;
    } catch {
      // Whoever goes on hears what is wrong from the list of documents.
      numbers = [];
    }

    if (mine !== asked || signal.aborted) {
      return;
    }

    // Pressed, not clicked: the field keeps the focus.
    list.replaceChildren(...numbers.map(number => h('li', {
      id: newId(),
      role: 'option',
      'aria-selected': 'false',
      onmousedown: event => {
        event.preventDefault();
        pick(number);
      },
    }, number)));
    active = -1;
    field.removeAttribute('aria-activedescendant');
    list.hidden = numbers.length === 0;
    field.setAttribute('aria-expanded', numbers.length === 0 ? 'false' : 'true');
    found.textContent = numbers.length === 0 ? 'No consignment begins like this.' : count(numbers.length, 'suggestion', 'suggestions');
  };

  field.addEventListener('input', () => {
    clearTimeout(timer);
    timer = setTimeout(suggest, PauseBeforeAsking);
  });
  field.addEventListener('blur', close);
  field.addEventListener('keydown', event => {
    const last = list.children.length - 1;
    const keys = {
      ArrowDown: () => list.hidden ? suggest() : activate(active === last ? 0 : active + 1),
      ArrowUp: () => list.hidden ? suggest() : activate(active <= 0 ? last : active - 1),
      Escape: () => {
        if (list.hidden) {
          field.value = '';
        }

        close();
      },
      Enter: () => {
        const number = active >= 0 ? list.children[active].textContent : field.value.trim();
        if (number) {
          pick(number);
        }
      },
    };
    if (keys[event.key] && !event.isComposing) {
      event.preventDefault();
      keys[event.key]();
    }
  });

  return h('form', {
    role: 'search',
    class: 'find',
    onsubmit: event => {
      event.preventDefault();
      if (field.value.trim()) {
        pick(field.value.trim());
      }
    },
  },
  h('label', { for: fieldId }, 'Consignment number'),
  h('div', { class: 'field' }, h('div', { class: 'combobox' }, field, list), h('button', { type: 'submit', class: 'main' }, 'Show')),
  h('p', { class: 'hint', id: hintId }, 'Begin to write it, in either case, and choose from what is there.'),
  found);
}
