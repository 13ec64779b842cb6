"""Submit a report: drop files, mend what is marked, send what is right; the only page that writes."""

from dashboard.cards import reader, submit

page = reader.page()
submit.heading(page)
if not submit.closed(page):
    submit.receipt_card(page)
    files = submit.drop_card(page)
    outcomes = submit.look(page, files)
    if outcomes:
        submit.send_card(page, files, outcomes)
    for number, outcome in enumerate(outcomes):
        submit.file_card(page, number, outcome)
    submit.template_card(page)
