"""Regenerates the PDF, Word and Excel articles of the demo client Larkspur Home.

Run as `python -m scripts.demo_documents.larkspur` from the repository root.
"""

from __future__ import annotations

from pathlib import Path

from scripts.demo_documents.documents import Cell, parse_blocks, write_docx, write_pdf, write_xlsx

ARTICLES = Path(__file__).resolve().parents[2] / "api/demo/clients/larkspur/articles"
FOOTER = "Larkspur Home"

RETURNS_POLICY = """
This returns policy applies to orders placed {period}. It comes on top of your legal rights.

# How long you have

You have {days} calendar days from delivery to return an item that you do not want. If an order
 came in several parts, the {days} days start when the last part arrived.

Canopy members of Larkspur Nest have 60 calendar days.

# What a return costs

| What you return | How it goes back | Cost to you |
| Parcels up to 30 kg | Prepaid label, dropped off at a parcel point | £3.95 for each label |
| Large items | Collection by a two-person crew | £35 for each collection |
| Mattresses within the sleep trial | Collection by a two-person crew | Free |
| Faulty, damaged or wrong items | Label or collection, as you prefer | Free |

We take the cost of the label or the collection off your refund. Original delivery charges are
 refunded at the price of the cheapest plan if you return the whole order.

# Condition

- Items should be unused, clean and in their original packaging.
- If flat-pack furniture has been assembled, we may take up to 25% off the refund.
- If the packaging of a large item is gone, tell us when you book and the crew brings covers.

# What cannot be returned

- Made-to-order sofas and covers, unless they are faulty.
- Pillows, duvets and toppers once the sealed bag is open, unless they are faulty.
- Gift cards that have been used in part.
- Clearance items marked "final sale", unless they are faulty.

# Refunds

We refund you within 5 working days after the item has been checked at our returns centre. The
 money goes back to the card or gift card that you paid with. Nest points earned with the item
 are taken back.
"""

GUARANTEES = """
This guide explains the free guarantees that come with everything from Larkspur Home. They
 apply in addition to your statutory rights.

# How long is my guarantee?

| Product group | Guarantee | What is covered |
| Sofa and armchair frames | 15 years | Breaking or warping of the frame |
| Sofa springs and mechanisms | 5 years | Broken springs, webbing and sofa bed mechanisms |
| Sofa cushions and fabric | 2 years | Split seams, zips, cushions that lose their shape |
| Beds, wardrobes, chests and tables | 6 years | Joints, runners, hinges and surfaces |
| Small kitchen appliances | 2 years | Electrical and mechanical faults |
| Lighting | 3 years | Electrical faults; not bulbs |
| Garden furniture | 4 years | Rust-through, broken welds and weave |
| Rugs, curtains and bedding | 1 year | Seams and dyes |

Each mattress has its own guarantee, from 5 to 10 years, which is given on its product page.

If you register a small kitchen appliance within 28 days of delivery, its guarantee grows from
 2 to 3 years.

# What the guarantee does not cover

- Normal wear, fading by sunlight, pilling, and marks from pets.
- Damage by accident, by water, or by cleaning against the care label.
- Limescale, blunt blades, seals and other parts that wear out.
- Garden furniture left without a cover from November to March.
- Furniture taken apart and put together again more than once.
- Use outside a private home in the United Kingdom.

# How to claim

1. Open My orders, choose the item and press Make a guarantee claim.
2. Send three photos: the fault close up, the whole item, and the label with the serial number.
3. Tell us in a sentence or two what happened and when you first noticed it.
4. Keep the item until we answer. For an appliance, unplug it and do not use it.

We answer a guarantee claim within 3 working days.

---

# What happens next

## Photos are enough

In about two cases out of three the photos are enough, and we send a part or a replacement
 straight away.

## A technician visit

If we need to see the furniture, a technician visits you within 10 working days. The visit is
 free, takes about an hour, and most repairs are done on the spot. If the fault turns out not to
 be covered, you pay nothing for the visit, and we quote a price for the repair.

## Appliances

We do not repair small kitchen appliances. If the fault is covered, we send a new one of the same
 kind, with a box and a label for the old one. Please send the old appliance back within 30 days.

# Repair, replacement or refund?

We try a repair first. If a repair is not possible or has failed once, you may choose between a
 replacement and a refund. During the first 3 years of a guarantee the refund is the full price
 you paid. From the fourth year on, we take off 8% of the price for each further started year.

If your product is no longer made, you get the closest current product of the same value.

# If you have moved or bought it second-hand

A guarantee can be passed on once, together with the furniture. Tell us the new owner's name
 within 60 days; the original end date stays the same.

# Repairs after the guarantee

After the guarantee has ended, our technicians still repair sofas and beds. A visit costs £65
 including the first hour, and each further half hour costs £24. Parts come at cost price.
"""

ASHBY_ASSEMBLY = """
This guide is for the Ashby 2-door and the Ashby 3-door wardrobe. Please read it to the end before
 you open the bags.

# Before you start

| What you need | Ashby 2-door | Ashby 3-door |
| People needed | 2 | 2 |
| Time needed | About 2.5 hours | About 3.5 hours |
| Free floor space | 2.2 x 2.5 m | 2.2 x 3.2 m |
| Smallest ceiling height | 214 cm | 214 cm |
| Boxes | 3 | 4 |

- Tools: a cross-head screwdriver, a rubber mallet, a hammer, a pencil and a spirit level.
- For the wall strap: a drill and a fixing that suits your wall.
- Do not use a power screwdriver; it strips the cam fixings.

# Steps

1. Lay the largest box flat and use it as a mat, so that nothing gets scratched.
2. Sort the screws by the letters A to K on the bags and count them.
3. Push dowels (bag B) and cam bolts (bag C) into the side panels.
4. Join the base and the two side panels and turn every cam a half turn clockwise.
5. Slide in the middle divider. The 2-door wardrobe has one divider, the 3-door has two.
6. Nail on the back panel (bag F) while the frame is still lying down, and check that both
 diagonals are equal.
7. Raise the wardrobe with two people. Do not drag it on its edge.
8. Fix the anti-tip strap (bag H) to the wall before you hang the doors.
9. Hang the doors on the hinges (bag G) and set the gap to 3 mm with the front hinge screw.
10. Put in the hanging rail and the shelves. Each shelf carries 12 kg and the rail carries 20 kg.

# If a door does not close properly

Turn the rear hinge screw to move the door in or out, and the front one to move it left or
 right. If the wardrobe stands on carpet, level the feet first: they turn out by up to 15 mm.

# Missing or damaged parts

Tell us the letter of the part and we send it free of charge. You need not return anything.
"""

SUPPLIER_TERMS = """
Confidential. Payment terms, chargebacks and delivery windows agreed with suppliers.
"""

GIFT_CARDS = """
A Larkspur Home gift card can be spent on everything on our website.

# Buying a gift card

- Gift cards come in any amount from £10 to £500.
- An e-mail gift card arrives within 2 hours, or on the date that you choose.
- A printed gift card costs £2.50 for the box and the post, and arrives in 3 to 5 working days.

# How long is it valid?

A gift card is valid for 24 months from the date of purchase. The end date is printed on the card.

# Using a gift card

1. Put everything you want in the basket and go to checkout.
2. Choose Gift card and type the 16-digit number and the 4-digit code under the silver strip.
3. Pay the rest by card if the gift card does not cover everything.

You can use up to 5 gift cards on one order. To see what is left on a card, choose Gift card
 balance at the bottom of any page.

# Gift cards and other offers

| Together with | Possible? |
| Discount codes | Yes |
| Nest vouchers | Yes |
| Another gift card as the purchase | No |
| Bank transfer orders over £1,000 | No |

Gift cards do not earn Nest points when you buy them, but the order that you pay with one does.
"""

PRICE_PROMISE_CALL = """
For agents only. Customers hear the approved price promise wording and nothing else.

# Open

"Thank you for checking with us. Could you send me the link, so that I see what you see?"

# Check the other offer

1. Open the link yourself. A screenshot alone is not enough.
2. Compare model number, size, colour and whether the item is in stock for the customer's postcode.
3. Add the other shop's delivery charge before you compare.
4. Look for the word "sold by". A marketplace seller is declined automatically.

# Decide

| Situation | What you do |
| All conditions met | Refund the difference, reason code PP-OK |
| Day 15 to day 21 and order above £400 | Match once at your discretion, reason code PP-LATE |
| Membership price at the other shop | Decline; offer a credit of £14 if the customer insists |
| Difference above £115 | Ask the pricing desk before you answer |

Never tell a customer about the late match between day 15 and day 21. Offer it only when the
 customer would otherwise cancel.

# Close

"The refund is on its way to the card you paid with, and you'll see it within five working days."
"""

DAMAGED_ITEM_CLAIMS = """
For the service desk. How we settle claims for items that arrived damaged.

# Grade the damage from the photos

| Grade | What it looks like | First offer | Last offer |
| D-1 cosmetic | Scratch or dent out of sight | Keep it with 12% back | 17% back |
| D-2 visible | Mark on a front or top | New part, or keep it with 23% back | 28% back |
| D-3 unsafe or unusable | Split joint, broken glass, bent frame | Replacement | Full refund |

Make the first offer, and go to the last offer only if the customer refuses it.

# Do not collect everything

- Items sold for less than £34.50: refund and let the customer keep them, marker FIELD-SCRAP.
- Broken glass is never collected. Ask the customer to wrap it and put it in household waste.
- Grade D-3 appliances are always collected for the safety team.

# Steps

1. Check that the three photos show the damage, the whole item and the box.
2. Compare the carton number with the order. A carton from another order goes to claim checks.
3. Grade, offer, and write the grade in the notes.
4. Order the replacement before the collection, so that the customer does not wait twice.
5. Charge the carrier when the box was damaged too: claim code CAR-DMG, within 7 days.

The second claim by one household within 90 days needs a team leader.
"""

APPLIANCE_FAQ: list[tuple[Cell, ...]] = [
    ("Question", "Answer"),
    (
        "Which parts of the Corrie air fryer go in the dishwasher?",
        (
            "The basket and the crisper plate of the Corrie air fryers are dishwasher-safe. "
            "Wipe the body with a damp cloth and never put it in water."
        ),
    ),
    (
        "How many people does each Corrie air fryer feed?",
        (
            "The Corrie 5.5 L cooks for 3 to 4 people. The Corrie Duo 9 L has two baskets and "
            "cooks for 5 to 7 people."
        ),
    ),
    (
        "Can I put foil or baking paper in the air fryer?",
        (
            "Yes, as long as food holds it down and it does not cover the whole crisper plate. "
            "Never preheat the air fryer with loose paper in it."
        ),
    ),
    (
        "Why does my new air fryer smell when I use it first?",
        (
            "A light smell of new plastic is normal for the first two uses. Run the air fryer "
            "empty at 200 °C for 15 minutes with a window open. If it smells burnt, unplug it and "
            "call us."
        ),
    ),
    (
        "How do I clean the crumbs out of my Tarn toaster?",
        (
            "Unplug the toaster, let it cool and pull out the crumb tray at the back. Empty it "
            "once a week and do not shake the toaster upside down."
        ),
    ),
    (
        "Does the Tarn toaster take thick slices?",
        (
            "The slots of both Tarn toasters are 38 mm wide, which is enough for bagels and "
            "hand-cut bread."
        ),
    ),
    (
        "How loud is the Skein stand mixer?",
        "The Skein stand mixer runs at about 72 dB at medium speed, similar to a vacuum cleaner.",
    ),
    (
        "How much dough can the Skein stand mixer knead?",
        (
            "The Skein kneads up to 1.2 kg of dough at once. Knead at speed 2 at most and let the "
            "motor rest for 10 minutes after each 8 minutes of kneading."
        ),
    ),
    (
        "Can I leave the Bracken slow cooker on overnight?",
        (
            "The Bracken slow cooker switches to keep-warm after the set time and turns itself off "
            "after 12 hours. Leave it only on a heatproof surface with 15 cm of free space "
            "around it."
        ),
    ),
    (
        "Is the Bracken pot safe on the hob or in the oven?",
        (
            "The ceramic pot of the Bracken is oven-safe up to 200 °C without the lid. It must not "
            "be used on a hob."
        ),
    ),
    (
        "Does the Pennine kettle switch itself off?",
        (
            "Yes. The Pennine kettle switches off when the water boils and when it is lifted from "
            "the base, and it does not start without water."
        ),
    ),
    (
        "Which coffee filters fit the Fell coffee machine?",
        (
            "The Fell coffee machine takes size 4 paper filters. A permanent filter (part FL-PER) "
            "is sold as a spare part."
        ),
    ),
    (
        "Which plug do your appliances have?",
        "All our appliances have a UK three-pin plug with a 13 A fuse and run on 220 to 240 V.",
    ),
]

PRICES: list[tuple[Cell, ...]] = [
    ("SKU", "Product", "Colour", "Width cm", "Depth cm", "Height cm", "Weight kg", "Price"),
    ("LH-WR-A2", "Ashby 2-door wardrobe", "Oak", 98, 58, 205, 84, "£429"),
    ("LH-WR-A3", "Ashby 3-door wardrobe", "Oak", 146, 58, 205, 121, "£579"),
    ("LH-CH-K3", "Kersey 3-drawer chest", "White", 80, 45, 78, 36, "£189"),
    ("LH-CH-K6", "Kersey 6-drawer chest", "White", 140, 45, 78, 58, "£299"),
    ("LH-BD-N1", "Nook bunk bed", "Pine", 208, 100, 165, 72, "£389"),
    ("LH-BD-L4", "Linton bed frame, double", "Sage velvet", 146, 212, 110, 47, "£359"),
    ("LH-BD-L5", "Linton bed frame, king", "Sage velvet", 161, 222, 110, 53, "£419"),
    ("LH-TB-H4", "Hollin dining table, 4 seats", "Walnut", 120, 80, 75, 31, "£279"),
    ("LH-TB-H6", "Hollin dining table, 6 seats", "Walnut", 180, 90, 75, 46, "£399"),
    ("LH-CR-HO", "Hollin dining chair, pair", "Walnut", 46, 52, 88, 12, "£159"),
    ("LH-DK-T1", "Tolland desk", "Ash", 130, 60, 76, 27, "£229"),
    ("LH-KT-PN", "Pennine kettle 1.7 L", "Cream", 22, 16, 25, 1.3, "£45"),
    ("LH-TS-T2", "Tarn 2-slice toaster", "Cream", 30, 18, 20, 1.6, "£39"),
    ("LH-TS-T4", "Tarn 4-slice toaster", "Cream", 32, 29, 20, 2.7, "£59"),
    ("LH-AF-55", "Corrie 5.5 L air fryer", "Graphite", 28, 36, 32, 5.1, "£99"),
    ("LH-AF-90", "Corrie Duo 9 L air fryer", "Graphite", 40, 38, 32, 8.4, "£149"),
    ("LH-SC-35", "Bracken slow cooker 3.5 L", "Graphite", 33, 26, 25, 3.6, "£42"),
    ("LH-MX-SK", "Skein stand mixer 4.8 L", "Sage", 37, 23, 34, 8.9, "£189"),
    ("LH-HB-WR", "Wren hand blender", "Cream", 6, 6, 40, 0.9, "£35"),
    ("LH-CM-FL", "Fell coffee machine 1.25 L", "Graphite", 24, 21, 33, 2.8, "£79"),
    ("LH-RG-F2", "Fenwell wool rug 160 x 230", "Natural", 160, 230, 1, 14, "£235"),
    ("LH-RG-F3", "Fenwell wool rug 200 x 300", "Natural", 200, 300, 1, 22, "£375"),
    ("LH-LT-SP", "Spindle floor lamp", "Brass", 35, 35, 158, 5.2, "£119"),
    ("LH-TP-FL", "Fleece mattress topper, double", "White", 135, 190, 5, 4.4, "£119"),
]

SPARE_PARTS: list[tuple[Cell, ...]] = [
    ("Part", "Fits", "Description", "Price"),
    ("PK-FIL", "Pennine kettle", "Limescale filter", "£4.50"),
    ("AF-BSK", "Corrie 5.5 L air fryer", "Basket with handle", "£24"),
    ("AF-PLT", "Corrie 5.5 L air fryer", "Crisper plate", "£9"),
    ("FL-PER", "Fell coffee machine", "Permanent filter", "£11"),
    ("FL-JUG", "Fell coffee machine", "Glass jug with lid", "£16"),
    ("SK-HOOK", "Skein stand mixer", "Dough hook", "£18"),
    ("BR-LID", "Bracken slow cooker", "Glass lid", "£13"),
]


def write_pdfs(folder: Path) -> None:
    """Write the readable PDF articles and the one that is locked with a password."""
    for year, days, period in (
        ("2026", "30", "up to 31 December 2027"),
        ("2028", "45", "from 1 January 2028"),
    ):
        policy = parse_blocks(RETURNS_POLICY.format(days=days, period=period))
        path = folder / f"policies/returns-policy-{year}.pdf"
        write_pdf(path, "Returns policy", policy, footer=FOOTER)
    guide = parse_blocks(GUARANTEES)
    write_pdf(folder / "policies/guarantees.pdf", "Guarantee guide", guide, footer=FOOTER)
    title = "Ashby wardrobe assembly guide"
    steps = parse_blocks(ASHBY_ASSEMBLY)
    write_pdf(folder / "products/ashby-wardrobe-assembly.pdf", title, steps, footer=FOOTER)
    locked = parse_blocks(SUPPLIER_TERMS)
    path = folder / "policies/supplier-terms.pdf"
    write_pdf(path, "Supplier terms", locked, footer=FOOTER, locked_with="not-for-the-assistant")


def write_office(folder: Path) -> None:
    """Write the Word and Excel articles."""
    write_docx(folder / "faq/gift-cards.docx", "Gift cards", parse_blocks(GIFT_CARDS))
    title = "Call script: price promise claim"
    write_docx(folder / "scripts/price-promise-call.docx", title, parse_blocks(PRICE_PROMISE_CALL))
    path = folder / "procedures/damaged-item-claims.docx"
    write_docx(path, "Damaged item claims", parse_blocks(DAMAGED_ITEM_CLAIMS))
    write_xlsx(folder / "faq/appliance-faq.xlsx", {"Questions": APPLIANCE_FAQ})
    sheets: dict[str, list[tuple[Cell, ...]]] = {"Prices": PRICES, "Spare parts": SPARE_PARTS}
    write_xlsx(folder / "products/prices.xlsx", sheets)


def main() -> None:
    """Write all binary articles of Larkspur Home into the demo folder."""
    write_pdfs(ARTICLES)
    write_office(ARTICLES)


if __name__ == "__main__":
    main()
