// What the customer can fill in: contact details, whether it is solved, and a rating.

import { button, el, icon } from "./dom.js";
import { told } from "./thread.js";

let fields = 0;

/** Ask how to reach the customer; `save` gets the details and says whether they were taken. */
export function contactCard(texts, lead, save) {
  const name = field(texts.name, { autocomplete: "name", maxLength: 200 });
  const email = field(texts.email, { type: "email", autocomplete: "email", maxLength: 320 });
  const phone = field(texts.phone, { type: "tel", autocomplete: "tel", maxLength: 40 });
  const fault = el("p", { className: "fault", role: "alert" });
  const form = el(
    "form",
    { className: "card", noValidate: true },
    el("p", {}, lead),
    ...[name, email, phone].flatMap(({ label, input }) => [label, input]),
    fault,
    el("button", { className: "primary" }, texts.saveContact),
  );
  form.onsubmit = async (event) => {
    event.preventDefault();
    const details = { name: name.input.value.trim(), email: email.input.value.trim(), phone: phone.input.value.trim() };
    const missing = !details.email && !details.phone ? texts.needContact : "";
    fault.textContent = missing || (email.input.validity.valid ? "" : texts.badEmail);
    if (fault.textContent) return (missing || !email.input.validity.valid ? email : phone).input.focus();
    if (await save(details)) form.replaceWith(told(texts.contactSaved(details.email || details.phone)));
  };
  return form;
}

/** Ask whether the question is solved before the conversation ends; `null` keeps it open. */
export function endCard(texts, answer) {
  return el(
    "div",
    { className: "card", role: "group", "aria-label": texts.solved },
    el("p", {}, el("strong", {}, texts.solved)),
    el(
      "div",
      { className: "chips" },
      button(texts.solvedYes, () => answer(true)),
      button(texts.solvedNo, () => answer(false)),
      button(texts.keep, () => answer(null), "link"),
    ),
  );
}

/** Ask for a score and a comment; `save` gets both and says whether they were taken. */
export function ratingCard(texts, save) {
  let score = 0;
  const word = el("span", { className: "note" });
  const comment = el("textarea", { rows: 2, maxLength: 2000, placeholder: texts.comment, "aria-label": texts.comment });
  const send = el("button", { className: "primary" }, texts.sendRating);
  const more = el("div", { className: "more", hidden: true }, comment, send);
  const stars = texts.scores.map((name, index) => star(`${texts.stars(index + 1)}, ${name}`));
  const choose = (chosen) => {
    score = chosen;
    for (const [index, { label }] of stars.entries()) label.classList.toggle("lit", index < score);
    word.textContent = texts.scores[score - 1];
    more.hidden = false;
    form.scrollIntoView({ block: "nearest" });
  };
  for (const [index, { input }] of stars.entries()) input.onchange = () => choose(index + 1);
  const form = el(
    "form",
    { className: "card" },
    el(
      "fieldset",
      {},
      el("legend", {}, texts.rate),
      el("div", { className: "stars" }, ...stars.map(({ label }) => label), word),
    ),
    more,
  );
  form.onsubmit = async (event) => {
    event.preventDefault();
    if (score && (await save({ score, comment: comment.value.trim() }))) form.replaceWith(told(texts.rated));
  };
  return form;
}

function star(name) {
  const input = el("input", { type: "radio", name: "score", "aria-label": name });
  const label = el("label", { title: name }, input, icon("star"));
  return { input, label };
}

function field(text, props) {
  const id = `field-${(fields += 1)}`;
  return { label: el("label", { htmlFor: id }, text), input: el("input", { id, ...props }) };
}
