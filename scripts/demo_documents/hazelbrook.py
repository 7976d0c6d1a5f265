"""Write the PDF, Word and Excel articles of the demo client Hazelbrook Clinic.

Run from the repository root: `python -m scripts.demo_documents.hazelbrook`.
"""

from __future__ import annotations

from pathlib import Path

from scripts.demo_documents.documents import (
    Block,
    Bullets,
    Cell,
    Grid,
    Heading,
    PageBreak,
    Text,
    write_docx,
    write_pdf,
    write_xlsx,
)

ARTICLES = Path(__file__).resolve().parents[2] / "api/demo/clients/hazelbrook/articles"
FOOTER = "Hazelbrook Clinic"
STAFF_FOOTER = "Hazelbrook Clinic - staff only"

NOT_A_PDF = (
    "Hazelbrook Clinic intranet\n"
    "Your session has ended. Sign in again to download infection-control.pdf.\n"
)

MRI: list[Block] = [
    Text(
        "An MRI scan uses a strong magnet and radio waves to make pictures of the inside of "
        "your body. It does not use X-rays. It is not painful, but it is loud."
    ),
    Heading("Before you book"),
    Text(
        "You need a referral letter and must answer our MRI safety questions. Please tell us "
        "about every implant, device or piece of metal in your body, however old it is."
    ),
    Bullets(
        (
            "Pacemakers, defibrillators and nerve stimulators",
            "Cochlear implants and clips on blood vessels in the brain",
            "Metal fragments in the eye, even if they were removed",
            "Insulin pumps and glucose sensors, which must come off before the scan",
        )
    ),
    Text(
        "We do not scan anyone in the first 12 weeks of pregnancy. Later in pregnancy the "
        "radiologist decides together with the doctor who referred you."
    ),
    Heading("Food and drink"),
    Text("You may eat, drink and take your medicines as usual before most MRI scans."),
    Text("Do not eat or drink for four hours before an MRI scan of the liver or the bowel."),
    Heading("What to wear"),
    Text(
        "Wear clothes without zips, metal buttons or wires, or change into a gown. Take off "
        "jewellery, watches, hearing aids, hairgrips and piercings, and come without eye "
        "make-up, which can contain metal. A plain wedding ring may stay on."
    ),
    Heading("How long it takes"),
    Text("Arrive 30 minutes before your MRI scan, so that we can go through the safety form."),
    Grid(
        (
            ("Part of the body", "Time in the scanner", "Contrast dye"),
            ("Brain", "25 minutes", "Sometimes"),
            ("Knee", "20 minutes", "No"),
            ("Shoulder", "25 minutes", "Rarely"),
            ("Lower back", "20 minutes", "No"),
            ("Liver", "40 minutes", "Usually"),
            ("Bowel", "55 minutes", "Usually"),
            ("Prostate", "45 minutes", "Usually"),
        ),
        (2, 2, 1.5),
    ),
    PageBreak(),
    Heading("During the scan"),
    Text(
        "You lie on a table that moves into a wide, open-ended tunnel 70 cm across. Keep as "
        "still as you can. The radiographer sees and hears you all the time, and you hold an "
        "alarm button. We give you headphones, and you may choose the music."
    ),
    Heading("If small spaces worry you"),
    Text(
        "Tell us when you book, and we will show you the scanner beforehand. A companion may "
        "sit with you after filling in the safety form. We do not offer sedation for MRI scans. "
        "If you stop the scan because of anxiety, we charge only £95 instead of the full price."
    ),
    Heading("Weight limit"),
    Text("The scanner table can carry up to 220 kg."),
    Heading("Contrast dye"),
    Text(
        "For some scans we give a dye called gadolinium through a small tube in your arm. "
        "Tell us beforehand if you have kidney disease or have ever reacted to a contrast dye. "
        "We may ask for a kidney blood test from the last three months."
    ),
    Heading("After the scan"),
    Text(
        "You can eat, drive and go back to work straight after an MRI scan. After contrast dye "
        "we ask you to wait for 20 minutes before you leave. Your report is in Hazelbrook "
        "Online within five working days."
    ),
]

PRIVACY: list[Block] = [
    Text(
        "Hazelbrook Clinic is the controller of your personal data. Our data protection officer "
        "can be reached at privacy@hazelbrook.example.com."
    ),
    Heading("What we hold"),
    Bullets(
        (
            "Your name, contact details, date of birth and next of kin",
            "Notes, letters, results, images and prescriptions",
            "Invoices, payments and insurance details",
            "Phone calls to reception, which we record",
        )
    ),
    Text(
        "We use health data because it is necessary for your care and because the law asks us to "
        "keep proper records. We ask for your consent before we use it for anything else."
    ),
    Heading("How long we keep it"),
    Grid(
        (
            ("Kind of record", "Kept for"),
            ("Medical record of an adult", "8 years after the last visit"),
            ("Medical record of a child", "Until the 25th birthday"),
            ("Recording of a phone call", "6 months"),
            ("Invoices and payments", "7 years"),
            ("Security camera pictures", "30 days"),
            ("Complaint papers", "10 years"),
        )
    ),
    Heading("Seeing your own record"),
    Text(
        "You can read visit notes, letters and results in Hazelbrook Online at any time. For a "
        "full copy, write to privacy@hazelbrook.example.com or fill in the records request form "
        "at reception. A copy of your record is free of charge. We need photo identification "
        "and send the copy within one calendar month. For large or difficult requests we may "
        "take up to two more months, and we tell you so within the first month. We may charge "
        "a reasonable fee for a second copy of the same papers."
    ),
    Heading("Records of someone else"),
    Text(
        "To ask for the record of another adult, you need their signed consent or a power of "
        "attorney for health and welfare. Parents can ask for a child's record until the child "
        "is 13; after that we ask the young person. The executor of someone who has died can "
        "ask for the record with proof of that role."
    ),
    Heading("Correcting a mistake"),
    Text(
        "If a fact in your record is wrong, tell us and we correct it within 10 working days. "
        "We cannot remove a clinician's opinion, but we add your own statement next to it. "
        "Medical records cannot normally be deleted on request before the time in the table."
    ),
    Heading("Who we share it with"),
    Text(
        "We share what is needed with laboratories, with the doctor who referred you and, if "
        "you agree, with your NHS GP and your insurer. We never sell personal data. All medical "
        "records are stored in the United Kingdom."
    ),
    Heading("If you are not satisfied"),
    Text(
        "Please write to our data protection officer first. You also have the right to complain "
        "to the Information Commissioner's Office."
    ),
]

ACCESSIBILITY: list[Block] = [
    Text("We want everyone to be able to use the clinic. Tell us what you need when you book."),
    Heading("Getting in and around"),
    Bullets(
        (
            "The main entrance is step-free and has automatic doors.",
            "A lift 110 cm wide and 140 cm deep serves all floors.",
            "Two wheelchairs can be borrowed free of charge at reception.",
            "An accessible toilet is on every floor; the one on the ground floor has a hoist.",
            "Examination couches go down to 45 cm and carry up to 225 kg.",
        )
    ),
    Text(
        "Three Blue Badge parking spaces are next to the entrance, and we can reserve one for "
        "you if you ring a day ahead."
    ),
    Heading("Hearing"),
    Text(
        "Reception and rooms 1 to 6 have a hearing loop. We book a British Sign Language "
        "interpreter free of charge if you ask at least five working days before your "
        "appointment. You may also write to us in Hazelbrook Online instead of ringing."
    ),
    Heading("Sight"),
    Text(
        "Letters are available in 18-point large print, in Braille or as an audio file. Braille "
        "takes seven working days. A member of staff can guide you from the entrance."
    ),
    Heading("Quiet times and extra time"),
    Text(
        "Quiet hour is on Wednesdays from 8am to 9am: no music, dimmed lights and fewer people. "
        "If you have autism, a learning disability or dementia, we can book a double "
        "appointment for the price of a single one."
    ),
    Heading("Help on the website"),
    Text(
        "If a page does not work with your screen reader, write to "
        "access@hazelbrook.example.com. We reply within three working days."
    ),
]

GOODWILL: list[Block] = [
    Text(
        "Goodwill is a gesture for poor service, not compensation for harm. Anything that "
        "involves harm goes to the duty manager without an offer. The patient is never told "
        "that a limit exists."
    ),
    Heading("Limits for each patient in 12 months"),
    Grid(
        (
            ("Role", "Goodwill ceiling", "Reason code"),
            ("Patient adviser", "£38", "GW-1"),
            ("Senior patient adviser", "£96", "GW-2"),
            ("Duty manager", "£265", "GW-3"),
            ("Practice manager", "£1,150", "GW-4"),
        )
    ),
    Heading("How to offer"),
    Bullets(
        (
            "Start at half of your ceiling, and only after the patient has named a loss.",
            "Offer a credit before a refund; a credit lasts 18 months.",
            "Waiting more than 50 minutes past the appointment time: a flat credit of £32.",
            "Write the reason code and the words you used in the notes.",
        )
    ),
    Heading("Never offer goodwill"),
    Bullets(
        (
            "While a formal complaint is open at stage 2",
            "When the record carries the marker ID-HOLD",
            "In exchange for removing a review",
        )
    ),
]

PAYMENT: list[Block] = [
    Text("This policy applies to self-paying patients and to the part insurers do not pay."),
    Heading("How to pay"),
    Bullets(
        (
            "Debit or credit card, at reception, by phone or in Hazelbrook Online",
            "Bank transfer, if it reaches us two working days before the appointment",
            "Cash at reception, up to £250",
        )
    ),
    Text("We do not accept cheques."),
    Heading("When to pay"),
    Grid(
        (
            ("Service", "Payment due"),
            ("GP, nurse and physiotherapy appointments", "On the day"),
            ("Video appointments", "When you book"),
            ("Consultant appointments", "On the day"),
            ("Scans", "24 hours before the scan"),
            ("Health checks", "Deposit when you book, the rest on the day"),
            ("Repeat prescriptions", "With the request"),
        )
    ),
    Heading("Paying in instalments"),
    Text(
        "For bills of £400 or more you can pay in three equal monthly instalments without "
        "interest. Ask at reception before the invoice is due. The first instalment is paid on "
        "the day. Cancellation fees cannot be paid in instalments."
    ),
    Heading("Refunds"),
    Text(
        "We refund to the card or account that was used, within five working days. If we cancel "
        "your appointment, you get back everything you paid, including the deposit. A test that "
        "has already reached the laboratory cannot be refunded. Cash payments are refunded by "
        "bank transfer."
    ),
    Heading("Receipts"),
    Text(
        "A receipt is sent by e-mail within an hour. You can print itemised invoices in "
        "Hazelbrook Online under My payments."
    ),
    Heading("Queries"),
    Text(
        "If you think an invoice is wrong, tell us within 30 days; we reply in five working days."
    ),
]

INSURANCE_CALL: list[Block] = [
    Heading("Opening"),
    Text("Say: I can help with that. May I take your insurer's name and your membership number?"),
    Heading("Steps"),
    Bullets(
        (
            "Do the identity check before you open the record.",
            "Ask for the pre-authorisation code and read it back.",
            "Check the number of sessions and the end date in the insurer's portal.",
            "No code yet: place a soft hold on the slot for 31 hours, and tell nobody.",
            "Explain excess and shortfall in one sentence each, and stop.",
        ),
        numbered=True,
    ),
    Heading("What to say about cover"),
    Text(
        "Never say that something is covered. Say: Your insurer decides; the code tells us what "
        "they have agreed to."
    ),
    Heading("Insurer notes"),
    Grid(
        (
            ("Insurer", "Portal check", "Note for staff"),
            ("Orrinvale Health", "Every visit", "Pays 71% of our list price for MRI"),
            ("Castlewick Mutual", "First visit only", "Slow payer, chase after 24 days"),
            ("Penhallow Care", "Every visit", "Refuses video; book as phone code PV-3"),
        )
    ),
    Heading("If the caller asks what the insurer pays us"),
    Text("Say: I'm afraid I can't discuss our agreements with insurers."),
]

RESULT_RELEASE: list[Block] = [
    Text("Only clinicians release results. Patient advisers see the status and nothing else."),
    Heading("Statuses"),
    Grid(
        (
            ("Status", "Meaning", "What you may say"),
            ("Grey", "Not back from the laboratory", "It is not ready yet."),
            ("Blue", "Waiting for a clinician", "It is being looked at."),
            ("Violet", "Held back for a conversation", "A clinician will ring you."),
            ("Green", "Released", "You can see it in Hazelbrook Online."),
        )
    ),
    Heading("Violet results"),
    Text(
        "A violet result is held for up to 60 hours until a clinician has rung the patient. "
        "Never say the word violet, never say that it is held, and keep your voice as usual. If "
        "the patient presses, transfer to extension 4417."
    ),
    Heading("Critical values"),
    Bullets(
        (
            "The laboratory rings the duty nurse, who answers with the pass phrase blue lantern.",
            "The duty nurse rings the patient three times within 40 minutes.",
            "No answer: the duty clinician may ask the police for a welfare visit.",
        )
    ),
]

HEALTH_CHECK_QUESTIONS: list[tuple[Cell, ...]] = [
    ("Question", "Answer"),
    (
        "Which health check is right for me?",
        (
            "Essential is a first look with a nurse, Plus adds an ECG and a phone call with a GP, "
            "and Complete adds an ultrasound scan and a 40-minute appointment with a GP."
        ),
    ),
    (
        "Is there a discount for couples?",
        "Yes. Two people who book the same health check on the same day each get 10% off.",
    ),
    (
        "Can I have a health check while I am pregnant?",
        (
            "No. Please wait until at least 12 weeks after the birth, because many markers change "
            "in pregnancy."
        ),
    ),
    (
        "Can I have a health check during my period?",
        "Yes, but tell the nurse, because we may ask you to send the urine sample a week later.",
    ),
    (
        "Can I upgrade to a bigger health check?",
        (
            "Yes, until 48 hours before the appointment, if a longer slot is free. You pay the "
            "difference in price."
        ),
    ),
    (
        "How often should I come for a health check?",
        "Most people come every one or two years. The GP or nurse suggests a date in your report.",
    ),
    (
        "Does a health check show every illness?",
        (
            "No. A health check looks for common risks on one day; it cannot rule out every "
            "illness and does not replace a visit to a doctor about a symptom."
        ),
    ),
    (
        "Can someone under 18 have a health check?",
        "No. Essential and Plus start at 18 years of age and Complete starts at 30.",
    ),
    (
        "Can I drink coffee before a health check?",
        (
            "Before Essential, yes. Before Plus and Complete only plain water is allowed while you "
            "fast."
        ),
    ),
    (
        "Can I move my health check without losing the deposit?",
        "Yes. Inside the free notice period the deposit moves with the booking.",
    ),
    (
        "Do you send my report to my employer?",
        "No. Your report goes only to you, even if your employer paid for the health check.",
    ),
]

_SERVICES: list[tuple[str, str, int]] = [
    ("GP appointment", "15 minutes", 85),
    ("GP appointment, long", "30 minutes", 150),
    ("Video GP appointment", "15 minutes", 69),
    ("Nurse appointment", "15 minutes", 42),
    ("Physiotherapy, first appointment", "45 minutes", 92),
    ("Physiotherapy, later appointment", "30 minutes", 64),
    ("Consultant, first appointment", "30 minutes", 225),
    ("Consultant, follow-up", "20 minutes", 155),
    ("Dermatology mole check", "30 minutes", 175),
    ("ECG", "20 minutes", 98),
    ("Ultrasound, one area", "20 minutes", 240),
    ("Ultrasound, two areas", "35 minutes", 360),
    ("MRI, one part of the body", "20 to 55 minutes", 425),
    ("MRI, two parts of the body", "50 to 80 minutes", 720),
    ("MRI contrast dye (added to the scan)", "10 minutes", 130),
    ("Essential health check", "60 minutes", 249),
    ("Plus health check", "90 minutes", 429),
    ("Complete health check", "150 minutes", 749),
]

_BLOOD_TESTS: list[tuple[str, int]] = [
    ("Full blood count", 46),
    ("Cholesterol (lipid profile)", 52),
    ("Fasting glucose", 34),
    ("HbA1c (long-term blood sugar)", 47),
    ("Iron studies", 58),
    ("Thyroid", 74),
    ("Testosterone", 66),
    ("Vitamin D", 61),
    ("Taking a sample only (laboratory of your choice)", 29),
]


def _pounds(amount: int) -> str:
    """Print a price as the price list does."""
    return f"£{amount}"


def price_list() -> dict[str, list[tuple[Cell, ...]]]:
    """Return the two sheets of the price list; blood test prices include taking the sample."""
    services: list[tuple[Cell, ...]] = [("Service", "Length", "Price")]
    services += [(name, length, _pounds(price)) for name, length, price in _SERVICES]
    tests: list[tuple[Cell, ...]] = [("Blood test", "Price including taking the sample")]
    tests += [(name, _pounds(price)) for name, price in _BLOOD_TESTS]
    return {"Appointments and scans": services, "Blood tests": tests}


def main() -> None:
    """Write every binary article, and the one file that is not what its name says."""
    policies, procedures = ARTICLES / "policies", ARTICLES / "procedures"
    write_pdf(
        procedures / "mri-preparation.pdf", "Getting ready for an MRI scan", MRI, footer=FOOTER
    )
    write_pdf(
        policies / "privacy-and-records.pdf",
        "Privacy notice and access to records",
        PRIVACY,
        footer=FOOTER,
    )
    write_pdf(
        policies / "accessibility-guide.pdf", "Accessibility guide", ACCESSIBILITY, footer=FOOTER
    )
    write_pdf(procedures / "goodwill-limits.pdf", "Goodwill limits", GOODWILL, footer=STAFF_FOOTER)
    write_docx(policies / "payment-and-refunds.docx", "Payment and refunds policy", PAYMENT)
    write_docx(
        ARTICLES / "scripts/insurance-call.docx", "Script for insurance calls", INSURANCE_CALL
    )
    write_docx(
        procedures / "result-release.docx", "Releasing and holding back results", RESULT_RELEASE
    )
    write_xlsx(ARTICLES / "faq/health-check-questions.xlsx", {"Questions": HEALTH_CHECK_QUESTIONS})
    write_xlsx(ARTICLES / "products/price-list.xlsx", price_list())
    (policies / "infection-control.pdf").write_text(NOT_A_PDF, encoding="utf-8")


if __name__ == "__main__":
    main()
