// Steps of the measurements in tests/bench/thread.rs, run in the page. Times in milliseconds.
/* global MESSAGE */

const pause = (time) => new Promise((done) => setTimeout(done, time));
const frame = () => new Promise((done) => requestAnimationFrame(done));
const until = async (holds) => {
  while (!holds()) await frame();
};
const turns = () => document.querySelectorAll("[data-message]").length;
const field = () => document.querySelector(MESSAGE);

/** How long each frame took until something has happened. */
async function framesUntil(end) {
  const times = [];
  let ended = false;
  void Promise.resolve(end).then(() => (ended = true));
  let last = await frame();
  while (!ended) {
    const now = await frame();
    times.push(now - last);
    last = now;
  }
  return times;
}

/** From the click on a conversation until its messages are painted. */
async function open(title, times) {
  const row = () => [...document.querySelectorAll(".rows .row")].find((one) => one.textContent.includes(title));
  const found = [];
  for (let time = 0; time < times; time += 1) {
    document.querySelector("button[aria-label='New chat']").click();
    await until(() => turns() === 0);
    document.querySelector(".rows").scrollTop = 0;
    await until(row);
    await pause(100);
    const start = performance.now();
    row().click();
    await until(() => turns() > 3);
    await frame();
    found.push(performance.now() - start);
  }
  return found;
}

/** The frames in which the middle of the list showed no row, while it was scrolled. */
async function blankRows() {
  const list = document.querySelector(".rows");
  const place = list.getBoundingClientRect();
  const found = [];
  for (let step = 0; step < 300; step += 1) {
    list.scrollTop += step < 200 ? 120 : 4000;
    await frame();
    await frame();
    const middle = place.top + place.height / 2;
    const rows = [...list.querySelectorAll("li")].map((row) => row.getBoundingClientRect());
    found.push(rows.some((row) => row.top <= middle && row.bottom >= middle) ? 0 : 1);
  }
  list.scrollTop = 0;
  return found;
}

function empty() {
  field().value = "";
  field().dispatchEvent(new Event("input"));
  field().focus();
}

/** From the paste of a long text until it is painted. */
async function paste(_, times) {
  const text = "words and more ".repeat(200_000 / 15);
  const found = [];
  for (let time = 0; time < times; time += 1) {
    empty();
    await frame();
    const start = performance.now();
    const clipboardData = new DataTransfer();
    clipboardData.setData("text/plain", text);
    const event = new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true });
    if (field().dispatchEvent(event)) throw new Error("the field would take it as it is");
    await frame();
    found.push(performance.now() - start);
    const remove = () => document.querySelector("button[aria-label^='Leave out']");
    await until(remove);
    remove().click();
  }
  empty();
  return found;
}

/** From the end of the thread to its beginning and back. */
async function scrollThread() {
  const view = document.querySelector("[role=log]");
  for (const way of [-1, 1]) {
    for (;;) {
      const before = view.scrollTop;
      view.scrollTop += way * view.clientHeight;
      await frame();
      if (view.scrollTop === before) break;
    }
  }
  return [];
}

/** From the moment a key is due until its character is laid out. */
async function type(_, times) {
  empty();
  const found = [];
  for (let time = 0; time < times; time += 1) {
    const due = performance.now() + 25;
    await pause(25);
    document.execCommand("insertText", false, "k");
    void field().offsetHeight;
    found.push(performance.now() - due);
  }
  empty();
  return found;
}

/** Until the answer that is being written has so many characters, or is whole. */
function answered(characters) {
  return until(() => {
    const answer = document.querySelector("[aria-busy=true] .markdown");
    return !answer || answer.textContent.length > characters;
  });
}

/** From the click on a page's button until all of its parts are painted. */
async function openPage(name, parts, times) {
  const button = (name) => document.querySelector(`nav button[aria-label='${name}']`);
  const found = [];
  for (let time = 0; time < times; time += 1) {
    button("Chat").click();
    await until(() => document.querySelectorAll(parts).length === 0);
    await pause(200);
    const start = performance.now();
    button(name).click();
    await until(() => document.querySelectorAll(parts).length > 40);
    await frame();
    found.push(performance.now() - start);
  }
  return found;
}
