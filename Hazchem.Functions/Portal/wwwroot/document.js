import { ask } from './ask.js';
import { loadAgain, post } from './api.js';
import { h, newId, say } from './dom.js';
import { count, directionOf, documentName, doingOf, exactTime, sizeOf, stateMark, timeOf, typeOf, utcOf } from './words.js';
import { view } from './viewer.js';

/**
 * A document with all that is known of it and what can be done with it.
 * @param {object} shown As the API has it.
 * @param {() => void} changed When something was done with it.
 */
export function documentCard(shown, changed) {
  const heading = newId();
  return h('article', { class: 'document', 'aria-labelledby': heading },
    thumbnail(shown, changed),
    h('div', { class: 'about' },
      h('h3', { id: heading }, typeOf(shown.documentType), h('span', { class: 'file' }, documentName(shown))),
      h('p', {}, stateMark(shown)),
      shown.reason && h('p', { class: 'reason' }, shown.reason),
      shown.advice && h('p', { class: 'advice' }, shown.advice),
      facts(shown),
      doings(shown),
      buttons(shown, changed)));
}

/** The first page, small; or a place that says why there is none. */
export function thumbnail(shown, changed) {
  if (!shown.links.thumbnail) {
    return h('p', { class: 'thumbnail none' }, 'No file is kept');
  }

  const open = h('button', {
    type: 'button',
    class: 'thumbnail',
    'data-do': 'open',
    'aria-label': `Open ${typeOf(shown.documentType)}, ${documentName(shown)}`,
    onclick: () => view(shown, changed),
  });
  const none = () => {
    // Beside the button and not in it: what a button shows must be part of its name.
    open.replaceChildren();
    tile.append(h('p', { class: 'missing' }, 'No picture of it'));
  };
  const picture = h('img', { src: shown.links.thumbnail, alt: '', loading: 'lazy' });
  picture.addEventListener('error', () => {
    picture.addEventListener('error', none, { once: true });
    loadAgain(picture, shown.links.thumbnail).catch(none);
  }, { once: true });
  open.append(picture);
  const tile = h('div', { class: 'tile' }, open);
  return tile;
}

function facts(shown) {
  const rows = [
    ['Direction', directionOf(shown.direction)],
    ['Depot', shown.depot ?? 'not known'],
    ['First seen', timeOf(shown.firstSeenAt)],
    ['Taken', shown.capturedAt && timeOf(shown.capturedAt)],
    ['Sent', shown.sentAt && timeOf(shown.sentAt)],
    ['Hazchem received it', shown.hazchemReceivedAt && timeOf(shown.hazchemReceivedAt)],
    ['Available since', shown.availableAt && timeOf(shown.availableAt)],
    ['State since', timeOf(shown.updatedAt)],
    ['Waiting since', shown.waitingSince && timeOf(shown.waitingSince)],
    ['Tried again', shown.dueAt && timeOf(shown.dueAt)],
    ['Size', sizes(shown)],
    ['Hazchem’s id', shown.hazchemDocumentId && h('span', { class: 'code' }, shown.hazchemDocumentId)],
    ['Your reference', shown.reference],
    ['Depot’s role', shown.depotRoles?.map(role => role.toLowerCase()).join(', ')],
    ['Dropped again', shown.repeats && `${count(shown.repeats, 'time', 'times')}, and not sent again`],
    ['Printed', shown.printedAt && h('span', {}, timeOf(shown.printedAt), shown.printedBy ? ` by ${shown.printedBy}` : '')],
    ['Note', shown.note],
  ];
  return h('dl', { class: 'facts' }, rows.filter(([, value]) => value).map(([name, value]) =>
    h('div', {}, h('dt', {}, name), h('dd', {}, value))));
}

function sizes({ originalBytes, sentBytes, pages }) {
  const sheets = pages > 1 ? `, ${pages} pages` : '';
  return originalBytes === undefined ? null
    : sentBytes === undefined ? `${sizeOf(originalBytes)}${sheets}`
    : `${sizeOf(originalBytes)} before, ${sizeOf(sentBytes)} as sent${sheets}`;
}

function doings(shown) {
  return shown.actions.length > 0 && h('ul', { class: 'doings', 'aria-label': 'Who did what' }, shown.actions.map(each =>
    h('li', {}, h('strong', {}, each.by), ` ${doingOf(each.action)}, `, timeOf(each.at), each.note ? `: ${each.note}` : '')));
}

function buttons(shown, changed) {
  const name = documentName(shown);
  const able = [
    shown.links.content && h('a', { class: 'button', href: shown.links.content, download: '', 'data-do': 'download', 'aria-label': `Download the original of ${name}` }, 'Download the original'),
    shown.state === 'Sent' && h('button', { type: 'button', 'data-do': 'receipt', 'aria-label': `Receipt for ${name}`, onclick: () => showReceipt(shown) }, 'Receipt'),
    shown.canSendAgain && h('button', { type: 'button', 'data-do': 'again', 'aria-label': `Send again: ${name}`, onclick: () => sendAgain(shown, changed) }, 'Send again'),
  ].filter(Boolean);
  return able.length > 0 && h('p', { class: 'buttons' }, able);
}

async function sendAgain(shown, changed) {
  const body = shown.mayHaveArrived
    ? ['Hazchem may have it already, and could get it twice. Ask Hazchem first.']
    : ['It goes back to the drop box as it is. If the reason still holds, it is refused again.'];
  if (await ask({ title: `Send ${documentName(shown)} again?`, body, yes: shown.mayHaveArrived ? 'Hazchem does not have it: send it again' : 'Send it again' }) === null) {
    return;
  }

  try {
    await post(`${shown.links.self}/send-again`);
    say(`${documentName(shown)} is back in the drop box, and is sent in a moment.`);
  } catch (error) {
    say(`${documentName(shown)} was not sent again. ${error.message}`);
  }

  changed();
}

/** "Did it go?", to be pasted into a mail. */
export function receiptOf(shown) {
  return [
    `Sent to Hazchem: ${typeOf(shown.documentType)}`,
    `Consignment: ${shown.consignment}`,
    `Depot: ${shown.depot}`,
    `File: ${documentName(shown)}`,
    `Hazchem's id: ${shown.hazchemDocumentId ?? 'not given'}`,
    `Sent: ${shown.sentAt ? `${exactTime(shown.sentAt)} (${utcOf(shown.sentAt)})` : 'not recorded'}`,
    shown.hazchemReceivedAt && `Received by Hazchem's clock: ${exactTime(shown.hazchemReceivedAt)} (${utcOf(shown.hazchemReceivedAt)})`,
    `SHA-256 of what was sent: ${shown.sentSha256 ?? 'not recorded'}`,
    `SHA-256 of the original: ${shown.originalSha256}`,
  ].filter(Boolean).join('\n');
}

function showReceipt(shown) {
  const heading = newId();
  const text = receiptOf(shown);
  const field = h('textarea', { readonly: true, rows: 16, class: 'code', 'aria-labelledby': heading });
  const told = h('p', { role: 'status', class: 'hint' });
  field.value = text;
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      told.textContent = 'It is copied.';
    } catch {
      field.select();
      told.textContent = 'The browser does not let the page copy it. It is selected: copy it with Ctrl+C.';
    }
  };
  const dialog = h('dialog', { class: 'ask', 'aria-labelledby': heading },
    h('h2', { id: heading }, 'Receipt'),
    field,
    told,
    h('p', { class: 'buttons' },
      h('button', { type: 'button', class: 'main', onclick: copy }, 'Copy'),
      h('button', { type: 'button', onclick: () => dialog.close() }, 'Close')));
  dialog.addEventListener('close', () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
  // Browsers put the cursor at the end of what is written, and show that.
  field.setSelectionRange(0, 0);
  field.scrollTop = 0;
}
