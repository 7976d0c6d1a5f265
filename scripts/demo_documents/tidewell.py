"""Writes the PDF, Word and Excel articles of the demo client Tidewell Mobile & Broadband.

Run as `python -m scripts.demo_documents.tidewell`. The texts below use a small notation that
`parse_blocks` reads: `# ` and `## ` headings, `- ` bullets, `1. ` steps, `| a | b |` table rows,
`---` a new page, anything else a paragraph; a line that starts with two spaces continues the one
before it.
"""

from __future__ import annotations

import re
from pathlib import Path

from scripts.demo_documents.documents import (
    Block,
    Bullets,
    Grid,
    Heading,
    PageBreak,
    Text,
    truncate,
    write_docx,
    write_pdf,
    write_xlsx,
)

ARTICLES = Path(__file__).resolve().parents[2] / "api/demo/clients/tidewell/articles"
FOOTER = "Tidewell Mobile & Broadband"

ROAMING_ZONES = """
This document lists our roaming zones, what a day pass costs in each of them and what you pay
  without one. It applies to Cove, Bay and Ocean from April 1, 2026.
# How a day pass works
- A day pass starts with the first use of data in a zone and runs for 24 hours.
- Calls and texts within the zone and back to the US are included while a day pass is active.
- When the high-speed data of a day pass is used up, data slows to 128 kbps until the 24 hours
  end.
- Data is blocked outside the US unless your plan includes the zone or a day pass is active.
- Buy a day pass in the My Tidewell app under Roaming, or reply YES to the welcome text.
# Day pass prices
| Zone | Region | Day pass price | High-speed data per day |
| Zone 1 | Canada and Mexico | $5 per day | 1 GB |
| Zone 2 | Europe and the United Kingdom | $10 per day | 1 GB |
| Zone 3 | Asia-Pacific | $12 per day | 1 GB |
| Zone 4 | Caribbean, Central and South America | $9 per day | 500 MB |
| Zone 5 | Africa and the Middle East | $15 per day | 500 MB |
| Zone 6 | Cruise ships and aircraft | No day pass | None |
# Rates without a day pass
| Zone | Calls made or received | Text sent | Text received |
| Zone 1 | $0.25 per minute | $0.05 | Free |
| Zone 2 | $1.00 per minute | $0.20 | Free |
| Zone 3 | $1.25 per minute | $0.25 | Free |
| Zone 4 | $1.50 per minute | $0.25 | Free |
| Zone 5 | $2.50 per minute | $0.50 | Free |
| Zone 6 | $6.00 per minute | $0.75 | Free |
# What your plan includes
| Plan | Zone 1 | Zone 2 |
| Cove | Day pass only | Day pass only |
| Bay | 5 GB per billing cycle included | Day pass only |
| Ocean | 15 GB per billing cycle included | 3 free day passes per calendar year |
---
# Which countries are in which zone
| Zone | Countries and territories | Day pass price |
| Zone 1 | Canada, Mexico | $5 per day |
| Zone 2 | Austria, Belgium, Croatia, Czechia, Denmark, Finland, France, Germany, Greece, Hungary,
   Iceland, Ireland, Italy, Netherlands, Norway, Poland, Portugal, Romania, Spain, Sweden,
   Switzerland, United Kingdom | $10 per day |
| Zone 3 | Australia, Hong Kong, India, Indonesia, Japan, Malaysia, New Zealand, Philippines,
   Singapore, South Korea, Taiwan, Thailand, Vietnam | $12 per day |
| Zone 4 | Argentina, Aruba, Bahamas, Barbados, Belize, Brazil, Chile, Colombia, Costa Rica,
   Dominican Republic, Ecuador, Guatemala, Jamaica, Panama, Peru | $9 per day |
| Zone 5 | Egypt, Ghana, Israel, Jordan, Kenya, Morocco, Nigeria, Qatar, Saudi Arabia, South
   Africa, Tanzania, Turkey, United Arab Emirates | $15 per day |
| Zone 6 | Networks on cruise ships, ferries and aircraft | No day pass |
Puerto Rico, the US Virgin Islands and Guam count as the US: your plan works there as at home.
A country that is not listed has no roaming service.
# Keeping roaming costs under control
- The roaming spending cap is $100 per line and billing cycle. We send a text at 50% and at 80%.
- When the cap is reached, roaming stops until you raise the cap in the My Tidewell app.
- Calls that go to voicemail while you are abroad are not charged.
- Turn off data roaming on a cruise: the phone may connect to the ship's network by itself.
- Near a border, choose your network by hand so that the phone does not pick up a foreign one.
"""

UNDERSTANDING_BILL = """
Your bill has a summary page, a page for each line or fiber service, and a page of taxes and
  surcharges. This guide explains what each part means.
# When your bill comes
Your bill is issued on the same day every month and is due 21 days after the bill date. Paperless
  bills are free; a paper bill costs $3 a month. Bills for the last 24 months are in the My
  Tidewell app under Billing, then History.
# Why is my first bill higher?
Plan charges are billed one month ahead. Your first bill therefore covers the days from activation
  to the bill date and the full month that follows. It may also carry one-time fees such as the
  activation fee.
Example: you start Bay at $40 a month 15 days before the bill date. The first bill shows $20 for
  the part month and $40 for the month ahead, or $60 in plan charges.
# Lines of the bill
| Line on the bill | What it is | Typical amount |
| Plan charge | The monthly price of your plan, one month ahead | See the plan page |
| Usage | Roaming, international calls and top-ups of the past month | Varies |
| Installment | The monthly part of the price of a phone, at 0% interest | Varies |
| Regulatory Recovery Charge | Our charge toward the cost of meeting federal and state rules |
   $1.85 per mobile line |
| Federal Universal Service Charge | Supports phone service in rural areas; changes each quarter |
   A percentage of interstate calls |
| 911 fee | Set by your state or county for emergency call centers | Varies by county |
| Credits | Discounts, outage credits and referral rewards | Shown with a minus sign |
The Regulatory Recovery Charge is not a tax and is not required by the government. It applies to
  mobile lines only, not to fiber.
# Prorated charges
When you change plan in the middle of a cycle, the bill shows a credit for the unused days of the
  old plan and a charge for the days on the new plan. We use a 30-day month for every proration.
---
# Why did my bill go up?
- A promotion or credit has ended. The month in which it ends is shown beside the credit.
- AutoPay or paperless billing was turned off, so the AutoPay discount stopped.
- The phone was used outside the US or you called other countries.
- A one-time fee was added, such as a replacement SIM or a technician visit.
- Taxes and surcharges changed. They can change each quarter.
# Paying late
If we do not receive your payment within 5 days of the due date, we add a late payment fee of $8
  to your next bill. A bill that is 30 days past due leads to suspension of service.
# Something looks wrong
Tell us within 60 days of the bill date. You need not pay the disputed part while we look into it.
  We answer within 10 business days and correct errors on the next bill.
# Third-party charges
Third-party text subscriptions appear under Premium services. You can block them free of charge in
  the My Tidewell app under Lines, then Permissions.
# Sample bill for one Bay line
| Item | Amount |
| Bay plan, one month ahead | $40.00 |
| AutoPay discount | -$5.00 |
| Regulatory Recovery Charge | $1.85 |
| State 911 fee | $1.10 |
| Federal Universal Service Charge | $0.92 |
| Total due | $38.87 |
"""

DEVICE_CARE = """
Device Care is optional insurance for phones on Cove, Bay and Ocean. It covers drops, liquid,
  breakdown after the warranty ends, loss and theft.
# Prices and deductibles
The tier depends on the full price of the phone without a plan.
| Tier | Phone price | Monthly price | Screen repair | Other damage | Loss or theft |
| Tier 1 | Up to $399 | $7 a month | $29 | $59 | $79 |
| Tier 2 | $400 to $899 | $11 a month | $39 | $99 | $149 |
| Tier 3 | $900 and above | $16 a month | $49 | $149 | $229 |
# When you can enroll
- Enroll within 30 days of buying or activating the phone.
- A phone that you bring yourself can be enrolled within 30 days of activation if it is less than
  2 years old and passes a photo check in the My Tidewell app.
- There is no waiting period. Coverage starts on the day you enroll.
# Making a claim
1. File the claim in the My Tidewell app under Device Care within 60 days of the event.
2. For theft, add the police report number.
3. For loss or theft, report the phone lost in the app first, so that the line is suspended.
4. Pay the deductible by card.
5. Send back the damaged phone within 15 days with the prepaid label.
A claim approved by 5 p.m. Central time on a business day ships a replacement for delivery on the
  next business day. Replacements may be refurbished and may differ in color.
# Limits
- Device Care pays for up to 3 claims in any 12 months, of which up to 2 for loss or theft.
- If a damaged phone is not returned within 15 days, a nonreturn charge of up to $500 applies.
- Accessories, scratches that do not affect use, and software problems are not covered.
- Damage caused on purpose is not covered.
# Canceling
Cancel at any time in the My Tidewell app. We refund the unused days of the month. You cannot
  enroll the same phone again after canceling.
"""

SUPERVISOR_APPROVALS = """
Internal. For team leads and duty managers. Never give a code to a customer, and never read one
  out on a recorded line.
# Override codes
| Code | What it allows | Who may use it | Limit |
| SV-4471 | Waive an early termination fee | Team lead | Up to $85 |
| SV-4472 | Waive an early termination fee in full | Duty manager | Once per account |
| SV-2206 | Goodwill above the team lead ceiling | Duty manager | Two a day |
| SV-6130 | Lift a suspension before payment | Team lead | 72 hours |
| SV-9018 | Release a held technician slot on the same day | Duty manager | Three a week |
| SV-3355 | Waive an unreturned equipment charge | Team lead | One item |
# How to approve
1. Read the notes and hear the agent's reason. Do not approve on a chat message alone.
2. Enter the code yourself at the agent's desk or by remote approval.
3. Note the reason, the amount and the call reference in the approval register.
4. Tell the agent what to say. The customer hears the result, not the rule.
# Waiving an early termination fee
A waiver is right when we failed three repair visits in 60 days, when speeds stayed under half of
  the plan for 30 days, or when an agent gave wrong information that is on the recording. It is
  not right because a competitor is cheaper.
# Controls
- Codes change on the first Monday of each quarter.
- More than 12 approvals in a week by one team lead are reviewed by the duty manager.
- Approvals for your own relatives or colleagues are not allowed.
"""

ROUTER_SETUP = """
These instructions apply to the Beacon 6 and Beacon 7 routers. Setup takes about 15 minutes.
# Set up the router
1. Connect the yellow Ethernet cable from the LAN 1 port of the fiber terminal to the blue WAN
  port of the router.
2. Plug in the router and wait until the light is solid white. The first start can take up to 10
  minutes.
3. Open the My Tidewell app, choose Fiber, then Add router, and scan the code on the bottom of the
  router.
4. Choose a Wi-Fi name and a password of at least 12 characters.
5. Connect your devices with the new name and password.
# What the router light means
| Light | Meaning | What to do |
| Solid white | Online and working | Nothing |
| Blinking white | Starting up or connecting | Wait 5 minutes |
| Blinking blue | Ready to pair an extender or a device | Press the WPS button on the other device
   within 2 minutes |
| Solid blue | Paired with an extender | Nothing; it turns white after 1 minute |
| Solid amber | Connected to the fiber terminal, but no internet | Check for an outage in the My
   Tidewell app, then restart the router |
| Blinking amber | Software update in progress | Do not unplug; it takes up to 12 minutes |
| Solid red | No signal from the fiber terminal | Check the yellow cable at both ends, then
   restart the fiber terminal |
| Blinking red | Hardware fault or overheating | Unplug for 20 minutes; if it blinks again, ask us
   for a replacement |
| Solid purple | Service suspended or on seasonal hold | Check your bill or end the hold in the My
   Tidewell app |
| No light | No power | Try another outlet and check the adapter |
# What the fiber terminal lights mean
- PON solid green: the fiber signal is good.
- PON blinking green: the terminal is registering. Wait 5 minutes.
- LOS red: no light is reaching the terminal. Check that the fiber cable is not bent or loose.
- PWR off: the terminal has no power.
# Add a mesh extender
Plug in the extender in the same room as the router. Choose Fiber, then Add extender in the My
  Tidewell app, and press the WPS button on the router. When both lights are solid blue, unplug
  the extender and move it halfway to the area with weak Wi-Fi.
# Wi-Fi bands
The router uses one name for the 2.4 GHz and 5 GHz bands. Some smart home devices need 2.4 GHz to
  join: choose Fiber, then Wi-Fi, then Pair smart device, and the router offers 2.4 GHz alone for
  10 minutes. The Beacon 7 also has a 6 GHz band for Wi-Fi 6E and Wi-Fi 7 devices.
# Replacement under warranty
A faulty Beacon router is replaced free of charge for as long as you have fiber service with us.
  The replacement ships on the next business day.
"""

RETENTION_FIBER = """
Internal script for the save desk. Use it when a fiber customer asks to cancel or asks what the
  early termination fee is.
# Open
"I can take care of that for you. Before I do, may I ask what is behind the decision?" Note the
  reason. If the reason is a move outside our area or a death, do not make any offer.
# Offers
| Plan | First offer | Final offer | Code |
| Fiber 300 | $4.50 off a month for 6 months | $6.50 off a month for 12 months | ANCHOR-300 |
| Fiber 600 | $7.50 off a month for 6 months | $11.50 off a month for 12 months | ANCHOR-600 |
| Fiber 1000 | $12.50 off a month for 6 months | $18.50 off a month for 12 months | ANCHOR-1000 |
The final offer needs a new agreement of the same length. Say so before the customer accepts.
# If speed or Wi-Fi is the reason
- Offer a free Wi-Fi visit with code ANCHOR-VISIT and hold the cancellation for 10 days.
- If the home is over 1,500 square feet, add one extender without rental for 24 months.
# If the customer still leaves
Give the early termination fee and the last date of service. Send the return label. Do not offer
  again on the same call.
# Do not say
- Do not say that a better offer exists if the first is declined too quickly.
- Do not say that offers depend on the churn score, or that a score of 70 or more opens the final
  offer at once.
- Do not offer to waive the early termination fee. That is a team lead decision.
"""

OUTAGE_DESK = """
Internal procedure for agents on the outage desk.
# Recognize an area outage
1. Open the node map and look for the customer's fiber node.
2. With 18 reports from one node in 10 minutes, open a mass outage ticket of type NODE-RED.
3. Put the recorded message on the line for that area code.
4. Stop booking single technician visits for the node.
5. Send the first text update within 20 minutes.
# What you may add to the automatic credit
| Outage length | Agent may add | Approval |
| 8 to 24 hours | $12 | None |
| 24 to 72 hours | $24 | None |
| More than 72 hours | $55 | Team lead, code OUT-72 |
| Third outage in 30 days | $38 | Team lead, code OUT-3X |
Do not offer the extra credit unless the customer complains about the automatic one.
# Priority restore list
Homes with registered medical equipment, care homes and clinics are restored first. Never tell a
  customer where another home is on the list. Loan units with a mobile hotspot are held at the
  depot; each shift may send 6.
# What to say about the cause
Say: "Our technicians have found the fault and are working on it." Do not name a contractor, a
  supplier or a fiber route. Do not give a repair time that the control room has not published.
# Closing an outage
Wait for 30 minutes of stable service on the node. Close NODE-RED, remove the recorded message and
  check that the automatic credits are in the queue.
"""

MOBILE_ANSWERS = """
| Question | Answer |
| How do I set up voicemail? | Hold down 1, choose a PIN of 4 to 7 digits and record a greeting. |
| How do I see how much data I have left? | Open the My Tidewell app and choose Lines, or dial
   *3282# for a free text with your remaining data. |
| How can I block spam calls? | Turn on Call Guard in the My Tidewell app. It labels suspected
   spam and can send it to voicemail. Call Guard is free on every plan. |
| When can I unlock my phone? | A phone bought from us can be unlocked 60 days after activation if
   it is paid off. Ask in the My Tidewell app; the unlock takes up to 2 business days. |
| Can I bring my own phone? | Yes, if it is unlocked and supports 5G or LTE with voice over LTE.
   Check the IMEI in the My Tidewell app before you order. |
| How do I turn on Wi-Fi calling? | Enter a registered address in the My Tidewell app, then turn
   on Wi-Fi calling in the phone's settings under Phone or Connections. |
| How does trade-in work? | Answer four questions in the My Tidewell app for a quote that is valid
   for 14 days. Send the phone with the free kit, and the credit appears within two bills. |
| Can I upgrade my phone early? | Yes. You can upgrade once half of the installments are paid and
   you return the phone in working order. |
| How do I set up a mobile hotspot? | Open the phone's settings, choose Hotspot, set a password of
   at least 8 characters and turn it on. |
| Why does my phone show no service? | Turn airplane mode on for 30 seconds and off again, then
   restart the phone. If it still shows no service, check Status in the My Tidewell app and reseat
   the SIM. |
| Can I add a line for a child? | Yes. Any plan works, and Family Controls cost $4 a month per
   account to set limits, filters and location sharing. |
| Do you offer a smartwatch line? | Yes, on Bay and Ocean. The watch shares your number and must
   support eSIM. |
| How do I keep my number while I am away for a season? | Pause the line for up to 90 days in any
   12 months for $5 a month. The number is kept. |
| How do I get my Number Transfer PIN? | The account owner finds it in the My Tidewell app under
   Lines, then Number Transfer PIN. It is valid for 7 days. |
"""

FEES = """
| Fee | Amount | Applies to | When it is charged |
| Mobile activation fee | $15 per line | Cove, Bay, Ocean | Once, on the first bill; waived for
   orders placed in the My Tidewell app |
| eSIM | $0 | Cove, Bay, Ocean | Never |
| Physical SIM or replacement SIM | $10 | Cove, Bay, Ocean | With the order |
| Expedited shipping | $12 | SIMs, phones, accessories | With the order |
| Number change | $15 | Mobile and Fiber Voice | With the request |
| Professional installation | $75 | Fiber 300, Fiber 600 | On the first bill |
| Professional installation, gigabit | $0 | Fiber 1000 | Included |
| Self-install kit | $0 | Fiber with a terminal in place | Never |
| Technician visit for wiring or equipment that is not ours | $85 | Fiber | After the visit |
| Missed visit or late cancellation by the customer | $40 | Fiber | After the appointment |
| Move appointment | $50 | Fiber | When a technician is needed at the new address |
| Battery backup unit | $65 | Fiber, Fiber Voice | With the order |
| Static IP address | $10 a month | Fiber 600, Fiber 1000 | Monthly |
| Fiber Voice | $12 a month | All fiber plans | Monthly |
| Mesh extender | $8 a month | All fiber plans; first one included with Fiber 1000 | Monthly |
| Paper bill | $3 a month | All accounts | Monthly |
| Returned payment | $25 | All accounts | When a payment is returned |
| Reconnection after suspension | $20 per account | All accounts | When service is restored |
| Copy of call records older than 24 months | $5 per month of records | Mobile | With the request
   |
"""

MESH_GUIDE = """
This guide helps you to find the best place for a mesh extender.
# Where to place it
- Put the extender halfway between the router and the area with weak Wi-Fi.
- Keep it in the open and off the floor.
# Check the signal
| Light | Signal |
| Solid white | Good |
| Solid amber | Too far from the router |
"""

_MARKED = re.compile(r"(?P<mark># |## |- |\d+\. )(?P<text>.+)")


def logical_lines(text: str) -> list[str]:
    """Split a text into lines, each joined with the lines that continue it."""
    return re.sub(r"\n {2,}", " ", text).strip().splitlines()


def table_row(line: str) -> tuple[str, ...]:
    """Split one `| a | b |` line into its cells."""
    return tuple(cell.strip() for cell in line.strip().strip("|").split("|"))


def parse_blocks(text: str) -> list[Block]:
    """Read the notation of this module into blocks; runs of list items or rows become one block."""
    blocks: list[Block] = []
    for line in logical_lines(text):
        last = blocks[-1] if blocks else None
        marked = _MARKED.fullmatch(line)
        if line == "---":
            blocks.append(PageBreak())
        elif line.startswith("|"):
            rows = [*last.rows] if isinstance(last, Grid) else []
            blocks[len(blocks) - bool(rows) :] = [Grid([*rows, table_row(line)])]
        elif marked is None:
            blocks.append(Text(line))
        elif marked["mark"].startswith("#"):
            blocks.append(Heading(marked["text"], level=len(marked["mark"].strip())))
        else:
            numbered = marked["mark"] != "- "
            same = isinstance(last, Bullets) and last.numbered == numbered
            items = [*last.items] if same and isinstance(last, Bullets) else []
            blocks[len(blocks) - same :] = [Bullets([*items, marked["text"]], numbered=numbered)]
    return blocks


def write_pdfs(articles: Path) -> None:
    """Write the four PDF articles."""
    for name, title, text in (
        ("products/roaming-zones.pdf", "Roaming zones, day passes and rates", ROAMING_ZONES),
        ("guides/understanding-your-bill.pdf", "Understanding your bill", UNDERSTANDING_BILL),
        ("policies/device-care.pdf", "Device Care phone insurance", DEVICE_CARE),
        ("procedures/supervisor-approvals.pdf", "Supervisor approvals", SUPERVISOR_APPROVALS),
    ):
        write_pdf(articles / name, title, parse_blocks(text), footer=FOOTER)


def write_words(articles: Path) -> None:
    """Write the three Word articles and the damaged one that ingest must reject."""
    for name, title, text in (
        ("guides/router-setup.docx", "Set up your Beacon router and read its lights", ROUTER_SETUP),
        ("scripts/retention-fiber.docx", "Script: fiber customer wants to leave", RETENTION_FIBER),
        ("procedures/outage-desk.docx", "Outage desk procedure", OUTAGE_DESK),
        ("guides/mesh-placement.docx", "Where to place a mesh extender", MESH_GUIDE),
    ):
        write_docx(articles / name, title, parse_blocks(text))
    truncate(articles / "guides/mesh-placement.docx", keep=0.6)


def write_workbooks(articles: Path) -> None:
    """Write the two Excel articles."""
    for name, sheet, text in (
        ("faq/mobile-quick-answers.xlsx", "Answers", MOBILE_ANSWERS),
        ("products/fees-and-charges.xlsx", "Fees 2026", FEES),
    ):
        rows = [table_row(line) for line in logical_lines(text)]
        write_xlsx(articles / name, {sheet: rows})


def main() -> None:
    """Write every binary article of the client."""
    write_pdfs(ARTICLES)
    write_words(ARTICLES)
    write_workbooks(ARTICLES)


if __name__ == "__main__":
    main()
