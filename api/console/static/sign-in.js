// Signs a user in and leads back to where they wanted to go.

import { Refusal, call } from "./http.js";

const form = document.getElementById("sign-in");
const problem = document.getElementById("problem");
const button = form.querySelector("[type=submit]");

/** Only an address of this server is followed. */
function destination() {
  const wanted = new URL(new URLSearchParams(location.search).get("next") ?? "/console", location.origin);
  return wanted.origin === location.origin ? wanted.pathname + wanted.search : "/console";
}

function explain(error) {
  if (!(error instanceof Refusal)) return "The service cannot be reached. Try again in a moment.";
  if (error.status === 401) return "The e-mail or the password is wrong.";
  return error.message;
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  button.disabled = true;
  problem.hidden = true;
  const { email, password } = Object.fromEntries(new FormData(form));
  try {
    await call("POST", "/v1/session", { email: email.trim(), password });
    location.replace(destination());
  } catch (error) {
    problem.textContent = explain(error);
    problem.hidden = false;
    form.elements.password.select();
  } finally {
    button.disabled = false;
  }
});
document.body.dataset.ready = "true";
