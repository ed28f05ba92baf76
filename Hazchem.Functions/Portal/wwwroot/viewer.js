import { get, load } from './api.js';
import { h, newId } from './dom.js';
import { printDocuments } from './printing.js';
import { documentName, typeOf } from './words.js';

/** Those that the app draws, in pixels. */
const Widths = [400, 800, 1200, 1600, 2480];

/** In hundredths of the room's width. */
const Zooms = [25, 50, 75, 100, 150, 200, 300, 400];
const WholeWidth = 100;

/**
 * Shows a document large: its pages one by one, as near as wanted.
 * @param {object} shownDocument As the API has it.
 * @param {() => void} changed When something was done with it.
 */
export async function view(shownDocument, changed) {
  const heading = newId();
  const image = h('img', { alt: '' });
  const message = h('p', { class: 'message', role: 'status' }, 'It is being drawn.');
  const paper = h('div', { class: 'paper', tabindex: '0', role: 'region', 'aria-label': 'Page' }, message);
  const where = h('span', { class: 'where', 'aria-live': 'polite' });
  const nearness = h('span', { class: 'where', 'aria-live': 'polite' });
  const back = button('Previous page', () => turn(-1));
  const on = button('Next page', () => turn(1));
  const out = button('Zoom out', () => step(-1));
  const into = button('Zoom in', () => step(1));
  const turning = h('span', { class: 'group' }, back, where, on);
  const toPrint = button('Print', () => printDocuments([shownDocument], changed));
  const dialog = h('dialog', { class: 'viewer', 'aria-labelledby': heading },
    h('div', { class: 'bar' },
      h('h2', { id: heading }, `${typeOf(shownDocument.documentType)}: ${documentName(shownDocument)}`),
      button('Close', () => dialog.close())),
    h('div', { class: 'bar tools' },
      turning,
      h('span', { class: 'group' }, out, nearness, into, button('Whole page', () => zoomTo(wholePage())), button('Whole width', () => zoomTo(WholeWidth))),
      h('span', { class: 'group' },
        h('a', { class: 'button', href: shownDocument.links.content, download: '' }, 'Download the original'),
        toPrint)),
    paper);
  let pages = [];
  let current = 0;
  let zoom = WholeWidth;
  let drawing = 0;

  dialog.addEventListener('close', () => dialog.remove());
  paper.addEventListener('keydown', event => {
    const keys = { PageDown: () => turn(1), PageUp: () => turn(-1), '+': () => step(1), '=': () => step(1), '-': () => step(-1), 0: () => zoomTo(WholeWidth) };
    if (keys[event.key] && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      keys[event.key]();
    }
  });
  document.body.append(dialog);
  dialog.showModal();
  update();

  try {
    pages = (await get(shownDocument.links.pages)).pages;
    update();
    zoom = wholePage();
    await draw();
  } catch (error) {
    fail(error);
  }

  function button(text, onclick) {
    return h('button', { type: 'button', onclick }, text);
  }

  function turn(by) {
    if (pages[current + by]) {
      current += by;
      paper.scrollTo(0, 0);
      draw();
    }
  }

  function step(by) {
    const next = by > 0 ? Zooms.find(each => each > zoom) : Zooms.findLast(each => each < zoom);
    if (next) {
      zoomTo(next);
    }
  }

  /** As near as the page as a whole can be seen. */
  function wholePage() {
    const { widthMillimetres: width, heightMillimetres: height } = pages[current];
    return Math.min(WholeWidth, Math.max(Zooms[0], Math.floor(paper.clientHeight * width / height / paper.clientWidth * 100)));
  }

  function zoomTo(percent) {
    zoom = percent;
    draw();
  }

  /** A button that would do nothing keeps the focus and says so. */
  function enable(each, can) {
    each.setAttribute('aria-disabled', can ? 'false' : 'true');
  }

  function update() {
    where.textContent = pages.length ? `Page ${current + 1} of ${pages.length}` : '';
    nearness.textContent = `${zoom} %`;
    enable(back, current > 0);
    enable(on, current < pages.length - 1);
    enable(out, pages.length && zoom > Zooms[0]);
    enable(into, pages.length && zoom < Zooms.at(-1));
    toPrint.hidden = pages.length === 0;
    turning.hidden = pages.length === 1;
  }

  async function draw() {
    if (!pages.length) {
      return;
    }

    const mine = ++drawing;
    update();
    const page = pages[current];
    image.style.width = `${zoom}%`;
    image.style.aspectRatio = `${page.widthMillimetres} / ${page.heightMillimetres}`;
    const wanted = paper.clientWidth * (zoom / 100) * devicePixelRatio;
    const width = Widths.find(each => each >= wanted) ?? Widths.at(-1);
    const next = new Image();
    try {
      await load(next, `${page.link}?width=${width}`);
    } catch (error) {
      if (mine === drawing) {
        fail(error);
      }

      return;
    }

    if (mine === drawing) {
      image.src = next.src;
      image.alt = `Page ${page.number} of ${pages.length} of ${documentName(shownDocument)}`;
      paper.replaceChildren(image);
    }
  }

  function fail(error) {
    message.textContent = error.message;
    paper.replaceChildren(message);
    update();
  }
}
