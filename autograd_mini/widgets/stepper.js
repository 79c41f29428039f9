// The page's half of a stepper: it sets text and class, nothing else. What to set comes from Python.
//
// Hooks for tests, and promises to them:
//   .ad-stepper (forward, backward), .ad-tangent-line    the root, sliders included (both also .ad-box)
//   .ad-frame[data-step="4"]                             the step shown, from 1
//   input[type=range][aria-label=step]                   the step slider; aria-valuetext says where one is
//   button[data-go=first|back|forward|last]              the buttons
//   tr[aria-current=step]                                the row of the table that acts
//   .ad-note                                             a sentence when the inputs leave the domain
//   [data-k]                                             a slot; the keys are explained in graph.py
const KEYS = new Set(['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown', 'Home', 'End', 'PageUp', 'PageDown', 'Enter', ' ']);
const FLIGHT = 250; // ms

function render({ model, el }) {
  const frame = document.createElement('div'), note = document.createElement('div'), stage = document.createElement('div');
  frame.className = 'ad-frame';
  note.className = 'ad-note';
  note.setAttribute('role', 'status');
  frame.append(note, stage);
  el.append(frame);

  let base, slots, own, wrote, shown, steps, range;

  function mount() { // a new base: find its slots
    const focused = stage.contains(document.activeElement);
    base = model.get('base');
    stage.innerHTML = base;
    slots = new Map(); own = new Map(); wrote = new Set(); shown = {};
    for (const e of stage.querySelectorAll('[data-k]')) {
      slots.set(e.dataset.k, [...(slots.get(e.dataset.k) ?? []), e]);
      own.set(e, e.getAttribute('class'));
    }
    range = stage.querySelector('input[type=range]');
    if (focused) range.focus();
  }

  function load() { // new patches: 'n3 1 n3v 17' becomes [['n3', content 1], ['n3v', content 17]]
    const { contents, steps: lines } = model.get('patches');
    steps = lines.map(line => (line.match(/\S+ \d+/g) ?? []).map(pair => pair.split(' ')).map(([key, n]) => [key, contents[n]]));
  }

  function put(key, content) { // a class, or text, class and label with tabs between them; what has a label has no text
    const parts = content.split('\t'), [text, more, label] = parts.length > 1 ? parts : ['', parts[0], ''];
    if (parts.length > 1) wrote.add(key);
    for (const e of slots.get(key) ?? []) {
      if (label) e.setAttribute(e.tagName === 'INPUT' ? 'aria-valuetext' : 'aria-label', label);
      else if (/[<&]/.test(text)) e.innerHTML = text;
      else if (wrote.has(key) && e.textContent !== text) e.textContent = text;
      e.setAttribute('class', `${own.get(e)} ${more}`.trim());
      if (e.tagName === 'TR') /\bnow\b/.test(more) ? e.setAttribute('aria-current', 'step') : e.removeAttribute('aria-current');
    }
  }

  function show(step, fly) { // step counts from 1
    step = Math.min(Math.max(step, 1), steps.length);
    const wanted = {};
    for (const patch of steps.slice(0, step)) for (const [key, content] of patch) wanted[key] = content;
    for (const key in wanted) if (shown[key] !== wanted[key]) put(key, wanted[key]);
    for (const key in shown) if (!(key in wanted)) put(key, '');
    shown = wanted;
    range.value = step;
    frame.dataset.step = step;
    follow();
    if (fly && !matchMedia('(prefers-reduced-motion: reduce)').matches) for (const p of stage.querySelectorAll('.f.live .parcel')) flight(p);
    return step;
  }

  function follow() { // keep the node that acts in view where the graph scrolls
    const box = stage.querySelector('.ad-graph'), node = box?.querySelector('.n.now .box');
    if (!node || box.scrollWidth <= box.clientWidth) return;
    const a = node.getBoundingClientRect(), b = box.getBoundingClientRect();
    if (a.left < b.left + 100 || a.right > b.right - 100) box.scrollLeft += (a.left + a.right - b.left - b.right) / 2;
  }

  function flight(parcel) { // along its own edge, from the row that sends to the place where it is read
    const group = parcel.parentNode, line = slots.get(group.dataset.k).find(e => e.matches('path'));
    const whole = line.getTotalLength(), back = group.matches('.back');
    const points = [0, .15, .3, .45].map(k => line.getPointAtLength(whole * (back ? 1 - k : k)));
    const end = parcel.transform.baseVal.consolidate().matrix;
    points.push({ x: end.e, y: end.f });
    parcel.animate(points.map(p => ({ transform: `translate(${p.x}px,${p.y}px)` })), { duration: FLIGHT, easing: 'ease-out' });
  }

  function go(step, fly) {
    const now = show(step, fly);
    if (now !== model.get('step')) { model.set('step', now); model.save_changes(); }
  }

  const at = () => Number(frame.dataset.step);
  const target = { first: () => 1, back: () => at() - 1, forward: () => at() + 1, last: () => steps.length };

  stage.addEventListener('click', e => {
    const b = e.target.closest('button');
    if (b?.dataset.go) go(target[b.dataset.go](), b.dataset.go === 'forward');
    else if (b && 'unfold' in b.dataset) b.closest('.ad-tab').classList.add('ad-open');
  });
  stage.addEventListener('input', () => go(Number(range.value), stepped));
  let stepped = false; // by one single key press, not by dragging or by a key held down
  stage.addEventListener('keydown', e => {
    // JupyterLab's shortcuts sit on the document and would take these keys from us.
    if (KEYS.has(e.key)) e.stopPropagation();
    stepped = !e.repeat && /^Arrow(Right|Up)$/.test(e.key);
    const move = { ArrowLeft: 'back', ArrowRight: 'forward', Home: 'first', End: 'last' }[e.key];
    if (move && e.target.matches('button[data-go]')) { e.preventDefault(); go(target[move](), stepped); }
  });
  stage.addEventListener('pointerdown', () => { stepped = false; });

  const tell = () => { note.textContent = model.get('note'); };
  let due = false;
  const renew = () => { // base and patches may come together: draw once
    if (due) return;
    due = true;
    queueMicrotask(() => { due = false; if (model.get('base') !== base) mount(); load(); show(model.get('step'), false); });
  };
  model.on('change:base', renew);
  model.on('change:patches', renew);
  model.on('change:note', tell);
  const moved = () => { if (model.get('step') !== at()) show(model.get('step'), false); };
  model.on('change:step', moved);

  mount(); load(); show(model.get('step'), false); tell();

  // ipywidgets gives the handle of a slider no accessible name. They come after us, so wait for them.
  const timer = setInterval(() => {
    const names = model.get('names'), handles = el.closest('.ad-box')?.querySelectorAll('.noUi-handle') ?? [];
    handles.forEach((h, i) => { if (names[i]) h.setAttribute('aria-label', names[i]); });
    if (handles.length >= names.length) clearInterval(timer);
  }, 25);

  return () => {
    clearInterval(timer);
    model.off('change:base', renew); model.off('change:patches', renew); model.off('change:note', tell); model.off('change:step', moved);
  };
}

export default { render };
