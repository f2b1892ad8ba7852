/** What moves in the page: the split view. Plain script without any outside source. */

export const PAGE_SCRIPT = `
'use strict';
(() => {
  const stage = document.getElementById('stage');
  if (!stage) return;
  const divider = document.getElementById('divider');
  const images = [...stage.querySelectorAll('img')];
  const selects = { left: document.getElementById('left'), right: document.getElementById('right') };
  const chosen = (name, fallback) =>
    document.querySelector('input[name="' + name + '"]:checked')?.value ?? fallback;

  function show() {
    const color = chosen('color', 'true');
    const view = chosen('view', 'whole');
    stage.dataset.view = view;
    for (const image of images) {
      const { layer } = image.dataset;
      const fits =
        image.dataset.view === view && (image.dataset.color === 'any' || image.dataset.color === color);
      const side = fits && layer === selects.left.value ? 'left' : '';
      const other = fits && layer === selects.right.value ? 'right' : '';
      image.hidden = !(side || other);
      image.className = side && other ? 'both' : side || other;
    }
    for (const side of ['left', 'right']) {
      document.getElementById('tag-' + side).textContent = selects[side].selectedOptions[0].textContent;
    }
  }

  function split(percent) {
    const value = Math.min(100, Math.max(0, percent));
    stage.style.setProperty('--split', value + '%');
    divider.setAttribute('aria-valuenow', String(Math.round(value)));
    divider.setAttribute('aria-valuetext', Math.round(value) + ' percent');
  }

  const place = (event) => {
    const box = stage.getBoundingClientRect();
    split(((event.clientX - box.left) / box.width) * 100);
  };
  stage.addEventListener('pointerdown', (event) => {
    if (event.button !== 0) return;
    stage.setPointerCapture(event.pointerId);
    stage.classList.add('dragging');
    place(event);
    divider.focus({ preventScroll: true });
    event.preventDefault();
  });
  stage.addEventListener('pointermove', (event) => {
    if (stage.hasPointerCapture(event.pointerId)) place(event);
  });
  for (const end of ['pointerup', 'pointercancel']) {
    stage.addEventListener(end, () => stage.classList.remove('dragging'));
  }
  divider.addEventListener('keydown', (event) => {
    const now = Number(divider.getAttribute('aria-valuenow'));
    const step = event.shiftKey ? 10 : 2;
    const to = {
      ArrowLeft: now - step, ArrowDown: now - step, ArrowRight: now + step, ArrowUp: now + step,
      PageDown: now - 10, PageUp: now + 10, Home: 0, End: 100,
    }[event.key];
    if (to === undefined) return;
    split(to);
    event.preventDefault();
  });
  for (const input of document.querySelectorAll('.controls select, .controls input[type=radio]')) {
    input.addEventListener('change', show);
  }
  document.getElementById('show-points')?.addEventListener('change', (event) => {
    stage.classList.toggle('bare', !event.target.checked);
  });
  document.documentElement.classList.add('live');
  show();
})();
`;
